# SPDX-License-Identifier: MIT
# Completion of fntoken for fish: commands and options as the program's own --help has them.

function __fntoken_commands
    $argv[1] --help 2>/dev/null | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\)  *\(.*\)/\1\t\2/p'
end

function __fntoken_complete
    set -l before (commandline -opc)
    set -l word (commandline -ct)
    set -l program $before[1]
    if test (count $before) -eq 1
        __fntoken_commands $program
        printf '%s\n' help version
        return
    end
    if test $before[2] = help
        __fntoken_commands $program
        return
    end
    set -l value
    if string match -qr '^--.' -- $before[-1]
        set value ($program $before[2] --help 2>/dev/null | sed -n "s/^  $before[-1] \([A-Z][A-Z=:]*\)  *.*/\1/p; s/^  $before[-1] \([A-Z][A-Z=:]*\)\$/\1/p")
    end
    switch "$value"
        case FILE PATH ISS=FILE
            __fish_complete_path $word
        case ALG
            $program --version | grep -o '[A-Z][A-Za-z]*[0-9]\{3,\}'
        case ''
            if string match -q -- '-*' $word
                $program $before[2] --help 2>/dev/null | sed -n 's/^  \(--[a-z-]*\)\( [A-Z=:]*\)\{0,1\}$/\1/p; s/^  \(--[a-z-]*\) [A-Z]*[^ ]*  *\(.*\)/\1\t\2/p'
            else
                __fish_complete_path $word
            end
    end
end

complete -c fntoken -f -a '(__fntoken_complete)'
