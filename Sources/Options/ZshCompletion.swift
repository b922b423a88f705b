extension Program {
  /// Completion for zsh's system of completion functions, compsys: a file for a folder of `fpath`, which can also be
  /// read with `source` after compinit.
  package var zshCompletion: String {
    let function = "_\(name)"
    // Not `commands`: that is a special parameter of zsh.
    return """
      #compdef \(name)
      # Completion of \(name) for zsh.
      \(function)() {
        local -a \(identifier)_commands
        \(identifier)_commands=(
      \(commands.map { "    \(Self.zshQuoted("\($0.name):\($0.summary)"))" }.joined(separator: "\n"))
        )
        local name=\(commands[0].name)
        integer end
        if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
          _describe -t commands command \(identifier)_commands
          return
        fi
        if (( CURRENT > 2 && ${\(identifier)_commands[(I)$words[2]:*]} )); then
          name=$words[2]
          shift words
          (( CURRENT -= 1 ))
        fi
        end=$words[(ie)--]
        case $name in
      \(commands.map(zshCommand).joined(separator: "\n"))
        esac
      }
      if [[ $funcstack[1] == \(function) ]]; then
        \(function) "$@"
      else
        compdef \(function) \(name)
      fi

      """
  }

  private func zshCommand(_ command: Command) -> String {
    var lines = ["    \(command.name))"]
    if command.terminated != nil {
      lines += [
        "      if (( end < CURRENT )); then",
        "        words=(\"${(@)words[end+1,-1]}\")",
        "        (( CURRENT -= end ))",
        "        _normal",
        "        return",
        "      fi",
      ]
    }
    lines.append("      _arguments -S \\")
    lines += command.options.map { "        \(Self.zshQuoted(zshOption($0))) \\" }
    lines.append("        '(-h --help)'{-h,--help}'[Show the help of this command]' \\")
    lines.append("        '--version[Show the version]'" + zshArguments(command))
    lines.append("      ;;")
    return lines.joined(separator: "\n")
  }

  private func zshOption(_ option: OptionDeclaration) -> String {
    let help = "[\(Self.zshEscaped(option.help, "[]:"))]"
    let many = option.repeats ? "*" : ""
    guard let valueName = option.valueName else {
      // `=-`: the value is in the same word; `::`: it may be left out.
      return "--\(option.name)=-\(help)::value:\(zshAction(option.completion))"
    }
    return
      "\(many)--\(option.name)=\(help):\(Self.zshEscaped(valueName, ":")):\(zshAction(option.completion))"
  }

  private func zshArguments(_ command: Command) -> String {
    if command.terminated != nil { return " \\\n        '*:-- and a command:{compadd -- --}'" }
    return command.plainArguments.map { argument in
      let many = argument.count == .oneOrMore ? "*" : ""
      return " \\\n        '\(many):\(argument.name):\(zshAction(argument.completion))'"
    }.joined()
  }

  private func zshAction(_ completion: ValueCompletion) -> String {
    switch completion {
    case .nothing: " "
    case .files: "_files"
    case .folders: "_files -/"
    case .choices(let words): "(\(words.joined(separator: " ")))"
    }
  }

  private static func zshEscaped(_ text: String, _ characters: String) -> String {
    text.map { characters.contains($0) ? "\\\($0)" : String($0) }.joined()
  }

  private static func zshQuoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }
}
