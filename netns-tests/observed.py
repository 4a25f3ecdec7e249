"""The pages that `tapweave observe` has printed: what a libvirtd does, call by call."""
import re


def commands(page):
    """Each command of the page, and what stands below it."""
    return re.findall(r"```\n\$ build/tapweave (observe .*?[^\\])\n(.*?)\n```", page, re.DOTALL)


def by_itself(text):
    """Without what other threads do beside it, which comes when it comes, and without polls
    (`kill PID 0`), of which a busy machine sees more."""
    lines = [line for line in text.splitlines() if not re.match(r" {6}\S", line)
             and "and other threads, beside it:" not in line and "QEMU 0" not in line]
    return "\n".join(lines).strip("\n")


def compare(path, tapweave, rewrite):
    """The page is written anew with --rewrite.  On a busy machine a thread may be late: what is
    compared has to be seen once in three runs."""
    page = path.read_text(encoding="utf-8")
    assert len(commands(page)) == 3
    for command, before in commands(page):
        for _ in range(3):
            run = tapweave(*command.replace("\\\n", "").split())
            assert run.returncode == 0, run.stderr
            if by_itself(run.stdout) == by_itself(before):
                break
        if rewrite:
            page = page.replace(f"{command}\n{before}", f"{command}\n" + run.stdout.strip("\n"))
            path.write_text(page, encoding="utf-8")
        else:
            assert by_itself(run.stdout) == by_itself(before), "if that is meant: --rewrite"
