# Completion of weir for bash. It asks the program's own help, so that it knows every command and option there is.
_weir() {
  local current=${COMP_WORDS[COMP_CWORD]} word help
  local commands=()
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] || commands+=("$word")
  done
  COMPREPLY=()
  # Words that are no commands (files, values) end the chain: the longest one that the program knows counts.
  while ! help=$(weir "${commands[@]}" --help 2>/dev/null); do
    [ ${#commands[@]} -gt 0 ] || return 0
    unset 'commands[-1]'
  done
  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(grep -oE -- '--[a-z][a-z-]*' <<<"$help")" -- "$current")
    return 0
  fi
  mapfile -t COMPREPLY < <(
    compgen -W "$(sed -n '/^Subcommands:/,$ s/^  \([a-z][a-z_-]*\).*/\1/p' <<<"$help")" -- "$current"
    compgen -f -- "$current")
}
complete -o filenames -o bashdefault -F _weir weir
