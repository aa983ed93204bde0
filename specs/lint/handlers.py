"""Rules for the functions of the mock that a spec names."""

from __future__ import annotations

import re

from specs import Spec
from specs.handlers import folder, functions
from specs.lint.problem import Problems
from specs.loading import escape

_JOB = re.compile(r"[\"']([a-z_]+)\.([a-z_]+)[\"']")


def operation_functions(spec: Spec) -> Problems:
    """Each operation has a function, each function an operation, in one order."""
    directory = folder(spec.vendor)
    if directory is None:
        return
    jobs = {match for path in directory.glob("*.py") for match in _JOB.findall(path.read_text())}
    named: dict[str, list[str]] = {}
    for operation in spec.operations.values():
        module, _, name = operation.id.rpartition(".")
        if module != operation.tag:
            yield f"operationId {operation.id!r} does not begin with its tag {operation.tag!r}", operation.pointer
        elif name not in functions(directory / f"{module}.py"):
            yield f"operationId {operation.id!r} has no function {name} in {module}.py", operation.pointer
        named.setdefault(module, []).append(name)
    for module, names in named.items():
        path = directory / f"{module}.py"
        public = {name: line for name, line in functions(path).items() if (module, name) not in jobs or name in names}
        for name, line in public.items():
            if name not in names:
                yield f"{module}.py has a public function {name} that no operationId names", (path, line)
        ordered = [name for name in names if name in public]
        for here, there in zip([name for name in public if name in names], ordered, strict=True):
            if here != there:
                message = (
                    f"the operations of {module} do not stand in the order of their functions: {there!r}, not {here!r}"
                )
                yield message, spec.operations[f"{module}.{there}"].pointer
                break


def scheme_functions(spec: Spec) -> Problems:
    """Each security scheme has a function in auth.py, where there is one."""
    directory = folder(spec.vendor)
    if directory is None or not (directory / "auth.py").is_file():
        return
    for name in spec.security_schemes:
        if name not in functions(directory / "auth.py"):
            yield (
                f"security scheme {name!r} has no function of that name in auth.py",
                f"#/components/securitySchemes/{escape(name)}",
            )
