import Options
import RedirectEmulator

extension Program {
  /// The commands, each with the function that runs it.
  private static let runners: [(Command, @Sendable (Values) throws(Failure) -> Void)] = [
    (ServeCommand.declaration, ServeCommand.run), (ExecCommand.declaration, ExecCommand.run),
    (RingCommand.declaration, RingCommand.run), (DrillCommand.declaration, DrillCommand.run),
    (TokenCommand.declaration, TokenCommand.run), (CheckCommand.declaration, CheckCommand.run),
    (PlanCommand.declaration, PlanCommand.run), (HealthCommand.declaration, HealthCommand.run),
    (EnvCommand.declaration, EnvCommand.run),
    (CompletionCommand.declaration, CompletionCommand.run),
    (ManualCommand.declaration, ManualCommand.run),
    (VersionCommand.declaration, VersionCommand.run), (HelpCommand.declaration, HelpCommand.run),
  ]

  /// This program's command line.
  package static let redirectEmulator = Program(
    "redirect-emulator",
    summary: "A local emulator of Azure Communication Services' Redirect Call.",
    description: [
      "redirect-emulator serves one operation of Azure Communication Services, Redirect Call, on this machine. It validates each request as the service does, answers in the service's shapes, causes the faults that a scenario file describes, and keeps a journal of what it saw, which tests ask over a control API.",
      "It listens on the loopback address by default, and needs no account, no network and no file.",
    ],
    version: Emulator.version, date: Emulator.versionDate,
    environmentPrefix: "REDIRECT_EMULATOR_", outerRunVariable: FoundEnvironment.setVariable,
    // The project's own tests and builds use these.
    internalVariables: [
      "REDIRECT_EMULATOR_BINARY", "REDIRECT_EMULATOR_SDK_PARTS", "REDIRECT_EMULATOR_FUZZ",
    ],
    exitStatuses: [
      ExitStatus("0", "it did what it was asked to"), ExitStatus("64", "wrong usage"),
      ExitStatus("74", "standard output cannot be written"),
    ],
    examples: [
      Example("redirect-emulator", "Serve on http://127.0.0.1:4010 and https://127.0.0.1:4010:"),
      Example("redirect-emulator exec -- pytest", "Run tests with an emulator beside them:"),
      Example(
        "redirect-emulator exec --scenario bad-day.yaml -- pytest",
        "The same, with the faults that a file describes:"),
      Example("redirect-emulator help serve", "Show the options:"),
    ],
    files: [
      (
        "PATH of --scenario",
        "A scenario file, or a folder: its *.yaml, *.yml and *.json are read in order of name. With --watch they are read again when they change."
      ),
      (
        "PATH of --ready-file",
        "Written in one move when requests can be served: a JSON object with the addresses, the connection string, the access key, a token, and the paths of the files that make clients trust the emulator. Only its owner can read it. A file that an earlier run left there is removed at the start; this one is removed at the end, unless another process has put its own there."
      ),
      (
        "PATH.ca.pem",
        "The CA's certificate, beside the ready file. Without a ready file it is in a folder of its own in $TMPDIR, else in /tmp, else in memory, as /proc/PID/fd/N. It is removed at the end in the same way."
      ),
      (
        "~/.cache/redirect-emulator/HOST-PORT",
        "The files that env fetches from a control API: the CA's certificate, and the system's CAs, the user's and the emulator's, in PEM and as a trust store for Java. They are kept. Else they are below $XDG_CACHE_HOME, or in $TMPDIR or /tmp."
      ),
      (
        "PATH.ca-bundle.pem, PATH.truststore.jks",
        "The system's CAs, the user's and the emulator's, in PEM and as a trust store for Java, beside the ready file. For the command of exec they are where the CA's certificate is. They are removed at the end."
      ),
      (
        "PATH/ca.pem, PATH/ca-key.pem",
        "The CA's certificate and private key in the folder of --tls-dir. They are made where they are not there, kept, and never replaced. Beside them are ca-bundle.pem and truststore.jks, where they are needed."
      ),
    ],
    seeAlso:
      "curl(1), openssl(1). The guides that come with the source describe the contract, the control API and scenario files.",
    commands: runners.map(\.0))

  static func run(_ command: Command, _ values: Values) throws(Failure) {
    for (candidate, run) in runners where candidate.name == command.name { return try run(values) }
  }
}
