"""The report for CI servers: JUnit's XML, one test case for each task."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from contracts.events import Event, RunEnded, TaskEnded
from contracts.finding import Finding
from contracts.reports import facts

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Junit:
    """Listens, and writes the file at the end of the run; also of one that broke off."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._tasks: list[TaskEnded] = []

    def __call__(self, event: Event) -> None:
        if isinstance(event, TaskEnded):
            self._tasks.append(event)
        elif isinstance(event, RunEnded):
            self._write(event)

    def _write(self, event: RunEnded) -> None:
        known = {it.identity: it.known for it in event.findings if it.known}
        suite = Element("testsuite", name=f"bodydouble {event.command} {event.vendor}", time=f"{event.seconds:.3f}")
        failures = 0
        for task in self._tasks:
            case = SubElement(suite, "testcase", classname=task.operation, name=task.task, time=f"{task.seconds:.3f}")
            failed = [it for it in task.findings if it.identity not in known]
            failures += bool(failed)
            for finding in failed:
                failure = SubElement(
                    case, "failure", type=finding.check, message=_clean(f"{finding.names[0]} {finding.expected}")
                )
                failure.text = _clean(_text(finding))
        if event.trouble:
            case = SubElement(suite, "testcase", classname="target", name="reachable")
            SubElement(case, "error", type="target-trouble", message=_clean(event.trouble))
        if event.notes or event.left:
            SubElement(suite, "system-out").text = _clean("\n".join((*event.notes, *event.left)))
        suite.set("tests", str(len(self._tasks) + bool(event.trouble)))
        suite.set("failures", str(failures))
        suite.set("errors", str(int(bool(event.trouble))))
        root = Element("testsuites")
        root.append(suite)
        indent(root)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        ElementTree(root).write(self._path, encoding="utf-8", xml_declaration=True)


def _text(finding: Finding) -> str:
    if not finding.sides:
        lines = [f"expected: {finding.expected}", f"seen: {finding.seen}", f"seed: {finding.seed}", *finding.reproduce]
        return "\n".join(lines)
    first, second = finding.names
    lines = [f"{first}: {finding.expected}", f"{second}: {finding.seen}", f"seed: {finding.seed}", facts.text(finding)]
    return "\n\n".join([*lines, *(f"{name}:\n" + "\n".join(script) for name, script in facts.scripts(finding))])


def _clean(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)
