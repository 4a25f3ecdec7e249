"""The pages that `tapweave observe` has printed: what a libvirtd does, call by call."""
import re


def commands(page):
    """Each command of the page, and what stands below it."""
    return re.findall(r"```\n\$ build/tapweave (observe .*?[^\\])\n(.*?)\n```", page, re.DOTALL)


# Which comes first is a matter of time, because QEMU's child and the thread that waits for its
# monitor are two.
CONNECT, RUN = "    connect           monitor\n", "    run               qemu-system-x86_64\n"


def by_itself(text):
    """Without what other threads do beside it, which comes when it comes, and without polls
    (`kill PID 0`), of which a busy machine sees more.  OVSDB's rows have other UUIDs every time; a
    guest's begins with zeros."""
    text = re.sub(r"\b(?!0{8})[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "UUID", text)
    text = text.replace(CONNECT + RUN, RUN + CONNECT)
    lines = [line for line in text.splitlines() if not re.match(r" {6}\S", line)
             and "and other threads, beside it:" not in line and "QEMU 0" not in line]
    return "\n".join(lines).strip("\n")


def compare(path, which, tapweave, rewrite):
    """One command of the page, which is written anew with --rewrite.  On a busy machine a thread is
    late at times: what is compared has to be seen once in three runs."""
    command, before = commands(path.read_text(encoding="utf-8"))[which]
    for _ in range(3):
        run = tapweave(*command.replace("\\\n", "").split())
        assert run.returncode == 0, run.stderr
        if by_itself(run.stdout) == by_itself(before):
            break
    if rewrite:
        page = path.read_text(encoding="utf-8")
        page = page.replace(f"{command}\n{before}", f"{command}\n" + run.stdout.strip("\n"))
        path.write_text(page, encoding="utf-8")
    else:
        assert by_itself(run.stdout) == by_itself(before), "if that is meant: --rewrite"
