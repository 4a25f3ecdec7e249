# docs/scenarios.md as a man page, tapweave-scenario(5), in the language of scdoc.
#
# A row of a table becomes a name with its text below, because that fits in a terminal of any width.

# What scdoc takes for marks is escaped; `code` and **strong** become bold, links their texts.
function inline(text,    out, c, i) {
    out = ""
    while (match(text, /\[[^]]*\]\([^)]*\)/) && index(substr(text, 1, RSTART), "`") == 0) {
        i = index(substr(text, RSTART), "](")
        text = substr(text, 1, RSTART - 1) substr(text, RSTART + 1, i - 2) \
            substr(text, RSTART + RLENGTH)
    }
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (c == "`") {
            code = !code
            out = out "*"
        } else if (!code && substr(text, i, 2) == "**") {
            out = out "*"
            i++
        } else {
            out = out (c ~ /[\\*_~<>]/ ? "\\" c : c)
        }
    }
    return out
}

function cells(line,    i) {
    sub(/^\| */, "", line)
    sub(/ *\|$/, "", line)
    columns = split(line, cell, / +\| +/)
}

function row() {
    cells($0)
    if (!in_table) {
        in_table = 1
        for (i = 1; i <= columns; i++) {
            head[i] = cell[i]
        }
    } else if (cell[1] !~ /^-+$/) {
        print inline(cell[1])
        printf "\t%s", inline(cell[2])
        for (i = 3; i <= columns; i++) {
            printf " (%s: %s)", head[i], inline(cell[i])
        }
        print "\n"
    }
}

BEGIN {
    print "tapweave-scenario(5) \"tapweave\" \"tapweave\"\n\n# NAME\n"
    print "tapweave-scenario - a network, guests, who acts, and what a report claims of it\n"
    print "# DESCRIPTION"
}
/^```/ { literal = !literal; print "```"; next }
literal { print; next }
/^# / { next }
/^## / { print "# " toupper(substr($0, 4)); next }
/^\|/ { row(); next }
{ in_table = 0; print inline($0) }
END { print "\n# SEE ALSO\n\n*tapweave*(1), *tapweave-check*(1), *tapweave-explore*(1)" }
