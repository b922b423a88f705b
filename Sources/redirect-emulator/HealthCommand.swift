import Core
import EventLoop
import Glibc
import Options
import RedirectEmulator

/// `redirect-emulator health`: whether an emulator is ready, for a container's health check and for scripts.
enum HealthCommand {
  private static let group = "Which emulator"

  private static let host = Option.one(
    "host", .text(Configuration.hostForm), default: "127.0.0.1", valueName: "ADDRESS",
    group: group, help: "The numeric address that it listens on, or localhost.")
  private static let port = Option.one(
    "port", .port, default: ServeOptions.defaultPort, valueName: "PORT", group: group,
    help: "Its port.")
  private static let controlKey = Option.optional(
    "control-key", .text("a key"), valueName: "KEY", isSecret: true,
    environment: .variableNotEmpty, group: group, help: "The key of its control API.")
  private static let wait = Option.optional(
    "wait", .duration, valueName: "DURATION", environment: .none, group: group,
    help: "Ask again until it is ready, for this long.")

  private static let controlPort = Option.optional(
    "control-port", .port, valueName: "PORT", group: group,
    help: "The port of its control API, where that has one of its own.")
  private static let control = Option.optional(
    "control", .text(HTTPAddress.expected), valueName: "URL",
    environment: .variableNotOneOf(ServeOptions.Switch.words), group: group,
    help: "The address of its control API, as exec sets it. --host and --port win.")

  static let declaration = Command(
    "health", summary: "Say whether an emulator is ready.",
    options: [
      host.declaration, port.declaration, controlKey.declaration, wait.declaration,
    ],
    readsEnvironment: true, variables: [controlPort.declaration, control.declaration],
    examples: [
      Example("redirect-emulator health", "Ask the one on port 4010:"),
      Example("redirect-emulator health --wait 10s", "Wait until it is ready:"),
    ],
    exitStatuses: [ExitStatus("0", "it is ready"), ExitStatus("1", "it is not")],
    judge: { judge($0) })

  private static func judge(_ values: Values) -> [Complaint] {
    var complaints: [Complaint] = []
    if SocketAddress(host: values[host], port: 1) == nil {
      complaints.append(Complaint(option: "host", "expected \(Configuration.hostForm)"))
    }
    // This is a variable of serve, for which it asks for a free port.
    let isAsked =
      values.isGivenByArgument(port) || values[control] == nil && values[controlPort] == nil
    if values[port] == 0, isAsked {
      complaints.append(Complaint(option: "port", "expected 1 to 65535"))
    }
    return complaints
  }

  /// How long one try may take, and the pause before the next one.
  private static let limit = Duration.seconds(5)
  private static let pause = Duration.milliseconds(50)

  @Sendable static func run(_ values: Values) throws(Failure) {
    let emulator = RunningEmulator(control: address(values), key: values[controlKey])
    let name = emulator.client.address
    let end = values[wait].map { ContinuousClock.now.advanced(by: $0.duration) }
    while true {
      let left = end.map { $0 - ContinuousClock.now }
      switch emulator.health(within: left.map { min(max($0, pause), limit) } ?? limit) {
      case .ready:
        return try StandardOutput.write("ready on http://\(name.authority)\n")
      case .notReady(let reason, let isFinal):
        guard !isFinal, let end, ContinuousClock.now.advanced(by: pause) < end else {
          throw .notReady("\(name.authority) is not ready: \(reason)")
        }
        usleep(UInt32(pause.components.attoseconds / 1_000_000_000_000))
      }
    }
  }

  private static func address(_ values: Values) -> HTTPAddress {
    if let text = values[control], let address = HTTPAddress(text),
      !values.isGivenByArgument(host), !values.isGivenByArgument(port)
    {
      return address
    }
    // Nobody can connect to the address that means "all addresses".
    let host =
      switch values[host] {
      case "0.0.0.0", "localhost": "127.0.0.1"
      case "::", "[::]": "::1"
      case let host where host.hasPrefix("["): String(host.dropFirst().dropLast())
      case let host: host
      }
    let port =
      values.isGivenByArgument(port) ? nil : values[controlPort].flatMap { $0 == 0 ? nil : $0 }
    return HTTPAddress(host: host, port: port ?? values[Self.port], path: "/_emulator")
  }
}
