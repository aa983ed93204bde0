"""The contract gate: does an implementation, mock or real, keep what its vendor's spec promises?

It reads `specs` and meets its target only over HTTP; it never imports `mockserver`.

    Target      where requests go, and with which credentials
    Exchange    one request and what came back
    Check       a rule; each exchange is judged by all of them, whatever sent it
    Recipe      a few requests that provoke one documented status
    Finding     a broken promise, with what was expected, what was seen and how to see it again
    Grid        operation x documented status x media type: witnessed, not provokable here, or missing
    Verdict     clean, findings, wrong usage, or trouble with the target
"""
