extension Program {
  /// Completion for bash 4.4 and newer. It does not need the package bash-completion, but that can load it.
  package var bashCompletion: String {
    let function = "_" + identifier
    return """
      # Completion of \(name) for bash.
      \(function)()
      {
          # bash splits words at = and : too: put them together again where no blank is between them.
          local -a typed=()
          local part gap line=$COMP_LINE i
          for ((i = 0; i <= COMP_CWORD; i++)); do
              part=${COMP_WORDS[i]}
              gap=${line%%"$part"*}
              line=${line#*"$part"}
              if ((i > 0)) && [[ -n $part && -z $gap ]]; then
                  typed[${#typed[@]}-1]+=$part
              else
                  typed+=("$part")
              fi
          done
          local last=$((${#typed[@]} - 1))
          local current=${typed[last]} token=${COMP_WORDS[COMP_CWORD]}
          [[ $token == [=:]* ]] && token=''
          local kept=${current%"$token"}

          local command=\(commands[0].name) first=1
          case ${typed[1]} in
              \(commands.map(\.name).joined(separator: "|")))
                  ((last > 1)) && command=${typed[1]} first=2 ;;
          esac
          # With a blank around each name.
          # arguments: what they are, and how many there may be; 0 is any number.
          local valued flags repeated arguments='' most=0
          case $command in
      \(commands.map(bashOptions).joined(separator: "\n"))
          esac

          local pending='' ended='' given=' ' count=0
          for ((i = first; i < last; i++)); do
              part=${typed[i]}
              if [[ $part == -- ]]; then
                  ended=$((i + 1))
                  break
              fi
              if [[ "$valued$flags" == *" ${part%%=*} "* ]]; then
                  given+="${part%%=*} "
                  pending=''
                  [[ $part != *=* && $valued == *" $part "* ]] && pending=$part
              else
                  [[ -z $pending && $part != -?* ]] && ((count += 1))
                  pending=''
              fi
          done

          local option='' value=$current before='' kind='' choices=''
          if [[ -n $ended ]]; then
              kind=$arguments
              ((count += last - ended))
              if [[ $arguments == command ]]; then
                  ((ended < last)) && kind=files
              else
                  ((most > 0 && count >= most)) && kind=''
                  kind=${kind%%:*} choices=${arguments#*:}
              fi
          elif [[ -n $pending ]]; then
              option=$pending
          elif [[ $current == --*=* ]]; then
              option=${current%%=*} value=${current#*=} before=${current%%=*}=
          elif [[ $current == -* ]]; then
              kind=options
          elif ((last == 1)); then
              kind=choices choices='\(commands.map(\.name).joined(separator: " "))'
          elif [[ $arguments == command ]]; then
              kind=choices choices=--
          elif ((most > 0 && count >= most)); then
              kind=options
          elif [[ -n $arguments ]]; then
              kind=${arguments%%:*} choices=${arguments#*:}
          else
              kind=options
          fi
          case "$command $option" in
      \(commands.flatMap(bashValues).joined(separator: "\n"))
          esac

          COMPREPLY=()
          case $kind in
              choices) mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$value") ;;
              files) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$value") ;;
              folders) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$value") ;;
              command) mapfile -t COMPREPLY < <(compgen -c -- "$value") ;;
              options)
                  for option in $valued $flags; do
                      [[ $given == *" $option "* && $repeated != *" $option "* ]] && continue
                      [[ $option == "$value"* ]] && COMPREPLY+=("$option")
                  done ;;
          esac
          for i in "${!COMPREPLY[@]}"; do
              part=$before${COMPREPLY[i]}
              COMPREPLY[i]=${part#"$kept"}
          done
      }
      complete -F \(function) \(name)

      """
  }

  /// The program's name as a part of shell functions' names.
  var identifier: String { name.map { $0 == "-" ? "_" : String($0) }.joined() }

  private func bashOptions(_ command: Command) -> String {
    func names(_ options: [OptionDeclaration]) -> String {
      "' " + options.map { "--\($0.name) " }.joined() + "'"
    }
    var line = "        \(command.name))\n"
    line += "            valued=\(names(command.options.filter { !$0.isFlag }))\n"
    line +=
      "            flags=' \(command.options.filter(\.isFlag).map { "--\($0.name) " }.joined())--help --version '\n"
    line += "            repeated=\(names(command.options.filter(\.repeats)))\n"
    if let argument = bashArgument(command) {
      line += "            arguments='\(argument)' most=\(command.mostArguments ?? 0)\n"
    }
    return line + "            ;;"
  }

  private func bashArgument(_ command: Command) -> String? {
    if command.terminated != nil { return "command" }
    return switch command.plainArguments.first?.completion {
    case .files: "files"
    case .folders: "folders"
    case .choices(let words): "choices:\(words.joined(separator: " "))"
    case .nothing, nil: nil
    }
  }

  private func bashValues(_ command: Command) -> [String] {
    command.options.compactMap { option in
      let place = "        '\(command.name) --\(option.name)')"
      return switch option.completion {
      case .nothing: nil
      case .files: "\(place) kind=files ;;"
      case .folders: "\(place) kind=folders ;;"
      case .choices(let words): "\(place) kind=choices choices='\(words.joined(separator: " "))' ;;"
      }
    }
  }
}
