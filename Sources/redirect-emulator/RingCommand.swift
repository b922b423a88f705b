import Core
import EventLoop
import Glibc
import LibCrypto
import Options
import RedirectEmulator

/// `redirect-emulator ring`: lets a call ring at an app, and tells what the app makes of it.
enum RingCommand {
  private static let group = "Which app, and which emulator"

  private static let to = Option.optional(
    "to", .text(webhookForm), valueName: "URL", environment: .none, group: group,
    help: "The app's webhook for IncomingCall events.")
  private static let readyFile = Option.optional(
    "ready-file", .file, valueName: "PATH", group: group,
    help: "Use the emulator that wrote this ready file.")
  private static let control = Option.optional(
    "control", .text(HTTPAddress.expected), valueName: "URL",
    defaultNote: "one of its own, on port 4010",
    environment: .variableNotOneOf(ServeOptions.Switch.words),
    group: group, help: "Use the emulator with this control API. The ready file wins.")
  private static let controlKey = Option.optional(
    "control-key", .text("a key"), valueName: "KEY", isSecret: true,
    environment: .variableNotEmpty, group: group, help: "The key of its control API.")
  private static let printEvent = Option.flag(
    "print", environment: .none, group: group,
    help: "Print the event, and send nothing.")

  /// What a message says of a URL that is not one.
  static let webhookForm = "a URL, such as http://127.0.0.1:8080/api/incomingCall"

  static let declaration = Command(
    "ring", summary: "Let a call ring at an app, and say what becomes of the caller.",
    discussion: [
      "The app gets an IncomingCall event as Event Grid delivers it, and again when it fails, as long as the call rings. What happens is printed as it happens, and last what became of the call."
    ],
    options: [
      to.declaration, readyFile.declaration, control.declaration, controlKey.declaration,
      printEvent.declaration,
    ] + RingOptions.all,
    readsEnvironment: true,
    examples: [
      Example(
        "redirect-emulator ring --to http://127.0.0.1:8080/api/incomingCall",
        "Let a call ring at an app:"),
      Example(
        "redirect-emulator ring --to http://localhost:8080/ --wait --count 10",
        "Let ten ring, and fail unless all are redirected:"),
      Example("redirect-emulator ring --print --from anonymous", "See an event:"),
    ],
    exitStatuses: [
      ExitStatus("0", "every verdict is final; with --wait every caller was redirected"),
      ExitStatus("1", "--wait: a caller was not redirected, or the app does not know"),
      ExitStatus("65", "a file does not hold what it should"),
      ExitStatus("69", "the emulator is not there, or port 4010 is taken"),
    ],
    judge: { judge($0) + RingOptions.judge($0) })

  private static func judge(_ values: Values) -> [Complaint] {
    var complaints: [Complaint] = []
    if let text = values[control], HTTPAddress(text) == nil {
      complaints.append(Complaint(option: "control", "expected \(HTTPAddress.expected)"))
    }
    if let url = values[to], let complaint = webhookFault(url, "to") {
      complaints.append(complaint)
    }
    if values[printEvent], values.isGiven(RingOptions.event) {
      complaints.append(Complaint(option: "print", "expected either this or --event"))
    }
    return complaints
  }

  /// What is wrong with a webhook's URL; nil for nothing.
  static func webhookFault(_ url: String, _ option: String) -> Complaint? {
    do throws(Webhook.Fault) {
      _ = try Webhook(url)
      return nil
    } catch {
      return Complaint(option: option, "expected \(error)")
    }
  }

  @Sendable static func run(_ values: Values) throws(Failure) {
    if values[printEvent] {
      let now = Instant(nanoseconds: Int64(clamping: SystemCall.realtimeNow()))
      return try StandardOutput.write(RingOptions.printed(values, at: now))
    }
    guard let url = values[to] else {
      throw .usage(["ring: expected --to with the app's webhook, \(webhookForm), or --print"])
    }
    let request = try RingOptions.calls(values, to: url)
    let address = try address(values)
    var own: Emulator?
    if address == nil { own = try start(ringing: url, isJSON: request.isJSON) }
    defer { own?.stop() }
    guard let address = address ?? own?.controlEndpoint.flatMap({ HTTPAddress($0) }) else {
      throw .unavailable("the emulator has no control API")
    }
    let run = RingRun(
      emulator: RunningEmulator(
        control: address, key: own == nil ? values[controlKey] : nil),
      request: request, url: url, subject: values.subject(of: to)
    ) { line throws(Failure) in try StandardOutput.write(line + "\n") }
    let areRedirected = try run.run(until: StopFlag())
    if values[RingOptions.wait], !areRedirected { throw .status(1) }
  }

  /// The control API of the emulator that was named; nil if none was.
  private static func address(_ values: Values) throws(Failure) -> HTTPAddress? {
    guard let path = values[readyFile] else { return values[control].flatMap { HTTPAddress($0) } }
    let subject = values.subject(of: readyFile)
    let facts = try ReadyFile.facts(path, subject, controlKey: values[controlKey])
    guard let address = facts.control.flatMap({ HTTPAddress($0) }) else {
      throw .data(["\(subject): its emulator has no control API (--control off)"])
    }
    return address
  }

  /// Starts an emulator of its own, where an app without settings looks for one, and says how to reach it.
  private static func start(ringing url: String, isJSON: Bool) throws(Failure) -> Emulator {
    var configuration = Configuration()
    configuration.port = ServeOptions.defaultPort
    configuration.allowWebhook(at: url)
    configuration.endsWithRing = true
    let emulator: Emulator
    do {
      emulator = try Emulator.startBlocking(configuration)
    } catch let error as StartError {
      throw .unavailable(
        "\(error.reason). Where an emulator runs there, name it with --control http://127.0.0.1:\(ServeOptions.defaultPort)/_emulator"
      )
    } catch {
      throw .system("\(error)")
    }
    if isJSON { return emulator }
    let lines = [
      "connection string \(emulator.connectionString)",
      "http connection string \(emulator.httpConnectionString)",
      "ca \(emulator.controlEndpoint ?? "")/ca.pem",
    ]
    do throws(Failure) {
      try StandardOutput.write(lines.joined(separator: "\n") + "\n")
    } catch {
      emulator.stop()
      throw error
    }
    return emulator
  }
}

extension Configuration {
  /// Lets events be delivered to a webhook that its owner named.
  mutating func allowWebhook(at url: String) {
    guard let webhook = try? Webhook(url) else { return }
    webhooks.allowedHosts.append(webhook.host.text)
  }
}
