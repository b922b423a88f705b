import Options

/// `redirect-emulator completion SHELL`: prints the completions that a shell reads.
enum CompletionCommand {
  enum Shell: String, CaseIterable, Sendable {
    case bash, zsh, fish
  }

  private static let shell = Argument.one(
    "SHELL", Kind<Shell>.choice, help: "The shell: bash, zsh or fish.")

  static let declaration = Command(
    "completion", summary: "Print the completions of a shell.", arguments: [shell.declaration],
    examples: [
      Example("source <(redirect-emulator completion bash)", "For this shell only, bash or zsh:"),
      Example("redirect-emulator completion fish | source", "For this shell only, fish:"),
      Example(
        "redirect-emulator completion zsh >~/.zsh/_redirect-emulator",
        "For every new zsh, where ~/.zsh is in its fpath:"),
    ])

  @Sendable static func run(_ values: Values) throws(Failure) {
    let program = Program.redirectEmulator
    switch values[shell] {
    case .bash: try StandardOutput.write(program.bashCompletion)
    case .zsh: try StandardOutput.write(program.zshCompletion)
    case .fish: try StandardOutput.write(program.fishCompletion)
    case nil: break
    }
  }
}

/// `redirect-emulator manual`: prints the manual page.
enum ManualCommand {
  static let declaration = Command(
    "manual", summary: "Print the manual page, in roff.",
    examples: [Example("redirect-emulator manual | man -l -", "Read it:")])

  @Sendable static func run(_ values: Values) throws(Failure) {
    try StandardOutput.write(Program.redirectEmulator.manualPage)
  }
}

/// `redirect-emulator version`: prints the version.
enum VersionCommand {
  static let declaration = Command(
    "version", summary: "Print the version.",
    examples: [Example("redirect-emulator version", "Print the version:")])

  @Sendable static func run(_ values: Values) throws(Failure) {
    try StandardOutput.write(Program.redirectEmulator.version + "\n")
  }
}

/// `redirect-emulator help [COMMAND]`: prints the help of a command, or the program's own.
enum HelpCommand {
  private static let command = Argument.commandName(
    "COMMAND", help: "The command; none for the list of them.")

  static let declaration = Command(
    "help", summary: "Print the help of a command.", arguments: [command.declaration],
    examples: [Example("redirect-emulator help exec", "Print the options of exec:")])

  @Sendable static func run(_ values: Values) throws(Failure) {
    let program = Program.redirectEmulator
    let named = values[command].flatMap { name in program.commands.first { $0.name == name } }
    try StandardOutput.write(program.help(named, width: Terminal.width))
  }
}
