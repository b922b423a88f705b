extension Program {
  /// Completion for fish 3 and newer.
  package var fishCompletion: String {
    let function = "__" + identifier
    let names = commands.map(\.name).joined(separator: " ")
    return """
      # Completion of \(name) for fish.

      # The command that the words before the one being typed name.
      function \(function)_command
          set -l words (commandline -opc)
          if contains -- "$words[2]" \(names)
              echo $words[2]
          else
              echo \(commands[0].name)
          end
      end

      # Whether the first word is being typed.
      function \(function)_is_first
          test (count (commandline -opc)) = 1
      end

      # Whether the command is $argv[1], and -- was not yet.
      function \(function)_uses
          test (\(function)_command) = $argv[1]; and not contains -- -- (commandline -opc)
      end

      # Whether the command $argv[1] can take $argv[2] here: it was not given, or its value is being typed.
      function \(function)_wants
          \(function)_uses $argv[1]; or return 1
          set -l words (commandline -opc)
          if test "$argv[3]" = valued; and test $words[-1] = $argv[2]
              return 0
          end
          not string match -q -- "$argv[2]=*" $words; and not contains -- $argv[2] $words
      end

      # Whether the command is $argv[1], and fewer than $argv[2] arguments were given. The rest are its options that take
      # a value.
      function \(function)_has_room
          \(function)_is_first; and return 1
          set -l words (commandline -opc)
          test (\(function)_command) = $argv[1]; or return 1
          set -l count 0
          set -l pending 0
          set -l ended 0
          test $words[2] = $argv[1]; and set -e words[2]
          for word in $words[2..-1]
              if test $ended = 0; and test $pending = 0; and test $word = --
                  set ended 1
              else if test $ended = 1; or not string match -q -- '-?*' $word
                  test $pending = 0; and set count (math $count + 1)
                  set pending 0
              else
                  set pending 0
                  contains -- $word $argv[3..-1]; and set pending 1
              end
          end
          test $count -lt $argv[2]
      end

      # Whether the command is $argv[1], and -- was.
      function \(function)_ended
          test (\(function)_command) = $argv[1]; and contains -- -- (commandline -opc)
      end

      # What can come behind --: another command line.
      function \(function)_rest
          set -l words (commandline -opc)
          set -l end (contains -i -- -- $words); or return
          set -l rest
          if test $end -lt (count $words)
              set rest (string escape -- $words[(math $end + 1)..-1])
          end
          complete -C (string join -- ' ' $rest (commandline -ct))
      end

      complete -c \(name) -f
      \(commands.flatMap(fishCommand).joined(separator: "\n"))

      """
  }

  private func fishCommand(_ command: Command) -> [String] {
    let function = "__" + identifier
    let start = "complete -c \(name) -n"
    var lines = [
      "\(start) \(function)_is_first -a \(command.name) -d \(Self.fishQuoted(command.summary))"
    ]
    for option in command.options {
      let condition =
        option.repeats
        ? "\(function)_uses \(command.name)"
        : "\(function)_wants \(command.name) --\(option.name)\(option.isFlag ? "" : " valued")"
      lines.append(
        "\(start) '\(condition)' -l \(option.name)\(option.isFlag ? fishChoices(option.completion) : fishValue(option.completion)) -d \(Self.fishQuoted(option.help))"
      )
    }
    lines.append(
      "\(start) '\(function)_uses \(command.name)' -s h -l help -d 'Show the help of this command'")
    lines.append("\(start) '\(function)_uses \(command.name)' -l version -d 'Show the version'")
    if command.terminated != nil {
      lines.append("\(start) '\(function)_ended \(command.name)' -a '(\(function)_rest)'")
      lines.append(
        "\(start) 'not \(function)_is_first; and \(function)_uses \(command.name)' -a -- -d 'Put it before the command'"
      )
    }
    for argument in command.plainArguments {
      var condition = "not \(function)_is_first; and \(function)_uses \(command.name)"
      if let most = command.mostArguments {
        condition = "\(function)_has_room \(command.name) \(most)"
        for option in command.options where !option.isFlag { condition += " --\(option.name)" }
      }
      switch argument.completion {
      case .nothing: break
      case .files: lines.append("\(start) '\(condition)' -F")
      case .folders: lines.append("\(start) '\(condition)' -a '(__fish_complete_directories)'")
      case .choices(let words):
        lines.append("\(start) '\(condition)' -a '\(words.joined(separator: " "))'")
      }
    }
    return lines
  }

  private func fishValue(_ completion: ValueCompletion) -> String {
    switch completion {
    case .nothing: " -x"
    case .files: " -r -F"
    case .folders: " -x -a '(__fish_complete_directories)'"
    case .choices(let words): " -x -a '\(words.joined(separator: " "))'"
    }
  }

  /// The values of a flag, which takes one only after an equals sign.
  private func fishChoices(_ completion: ValueCompletion) -> String {
    guard case .choices(let words) = completion else { return "" }
    return " -f -a '\(words.joined(separator: " "))'"
  }

  private static func fishQuoted(_ text: String) -> String {
    "'" + text.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "'"
  }
}
