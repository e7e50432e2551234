# SPDX-License-Identifier: MIT
# Completion of fntoken for bash: commands and options as the program's own --help has them.

# What stands for the value of option $3 of command $2 in the help: FILE, URL ...
_fntoken_value() {
    "$1" "$2" --help 2>/dev/null | sed -n "s/^  $3 \([A-Z][A-Z=:]*\)  *.*/\1/p; s/^  $3 \([A-Z][A-Z=:]*\)\$/\1/p"
}

_fntoken_files() {
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

_fntoken_words() { # WORD CANDIDATES
    mapfile -t COMPREPLY < <(compgen -W "$2" -- "$1")
}

_fntoken_commands() {
    "$1" --help 2>/dev/null | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

_fntoken() {
    local program=$1 word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} value=
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        _fntoken_words "$word" "$(_fntoken_commands "$program") help version --help --version"
        return
    fi
    if [ "$command" = help ]; then
        _fntoken_words "$word" "$(_fntoken_commands "$program")"
        return
    fi
    # bash cuts "--option=value" at the =
    if [ "$word" = = ]; then word=; elif [ "$before" = = ]; then before=${COMP_WORDS[COMP_CWORD - 2]}; fi
    case $before in --?*) value=$(_fntoken_value "$program" "$command" "$before") ;; esac
    case $value in
    FILE | PATH | ISS=FILE) _fntoken_files "$word" ;;
    ALG) _fntoken_words "$word" "$("$program" --version | grep -o '\<[A-Z][A-Za-z]*[0-9]\{3,\}')" ;;
    ?*) ;;
    *)
        case $word in
        -*) _fntoken_words "$word" "$("$program" "$command" --help 2>/dev/null | sed -n 's/^  \(--[a-z-]*\).*/\1/p')" ;;
        *) _fntoken_files "$word" ;;
        esac
        ;;
    esac
}

complete -F _fntoken fntoken
