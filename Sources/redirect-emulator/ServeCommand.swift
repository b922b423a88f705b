import ArgumentParser
import Glibc
import RedirectEmulator

/// `redirect-emulator serve`: serves until SIGTERM or SIGINT.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve Redirect Call until SIGTERM or SIGINT (the default).")

  /// The port where none is named.
  static let defaultPort: UInt16 = 4010

  @OptionGroup var options: ServeOptions

  func run() throws {
    let signals = Signals.block([SIGTERM, SIGINT])
    DescriptorLimit.raise(forConnections: options.maxConnections)
    let session = try EmulatorSession(options, defaultPort: Self.defaultPort)
    defer { session.cleanUp() }
    StandardOutput.write(session.description)
    if !session.emulator.isOnLoopback {
      StandardError.write(
        "warning: \(session.emulator.host) can be reached from other machines, and the development keys are public\n"
      )
    }
    signals.wait()
    session.stop()
    StandardOutput.write(session.totals + "\n")
    try session.requireRules()
  }
}
