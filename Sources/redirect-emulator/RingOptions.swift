import Core
import Documents
import Options
import RedirectCall
import RedirectEmulator

/// What `ring` and `exec --ring` say of the calls that ring, and of the delivery of their events. None of it has a variable.
enum RingOptions {
  private static let call = "The call that rings"

  private static let from = Option.optional(
    "from", .text(partyForm), valueName: "ID", defaultNote: "a number", environment: .none,
    group: call, help: "The caller: +14255550123, anonymous, or a raw id.")
  private static let callee = Option.optional(
    "callee", .text(partyForm), valueName: "ID", defaultNote: "a user", environment: .none,
    group: call, help: "The callee, in the same forms.")
  private static let ringFor = Option.one(
    "ring-for", .duration, default: DurationText(.seconds(30)), valueName: "DURATION",
    environment: .none, group: call, help: "How long it rings: 100ms to 1h.")
  private static let context = Option.one(
    "context", Kind<EmulatedContext.Form>.choice, default: .real, valueName: "FORM",
    environment: .none, group: call, help: "The context: 8 KB as the service's, or short.")
  private static let count = Option.one(
    "count", .wholeNumber(1...1_000), default: 1, valueName: "N", environment: .none, group: call,
    help: "Let this many calls ring at once.")

  private static let delivery = "The delivery of its event"

  private static let schema = Option.one(
    "schema", Kind<IncomingCallEvent.Schema>.choice, default: .eventGrid, valueName: "SCHEMA",
    environment: .none, group: delivery, help: "The form of the event.")
  private static let validate = Option.flag(
    "validate", environment: .none, group: delivery,
    help: "Validate the webhook first, as Event Grid does.")
  static let event = Option.optional(
    "event", .file, valueName: "FILE", environment: .none, group: delivery,
    help: "Deliver the event in this file, JSON, instead.")
  private static let redeliverAfter = Option.one(
    "redeliver-after", .duration, default: DurationText(.seconds(10)), valueName: "DURATION",
    environment: .none, group: delivery,
    help:
      "The wait before the event is delivered again after a failure; other waits are in proportion."
  )
  private static let maxDeliveries = Option.one(
    "max-deliveries", .wholeNumber(1...30), default: 2, valueName: "N", environment: .none,
    group: delivery, help: "The most deliveries of the event.")
  private static let header = Option.many(
    "header", .header, valueName: "NAME:VALUE", environment: .none, group: delivery,
    help: "Send this field with it.")

  private static let output = "Output"

  static let wait = Option.flag(
    "wait", environment: .none, group: output,
    help: "End with status 1 unless every caller was redirected.")
  static let json = Option.flag(
    "json", environment: .none, group: output, help: "Print what happens as JSON, one line each.")

  /// All of them, in the order of the help.
  static let all = [
    from.declaration, callee.declaration, ringFor.declaration, context.declaration,
    count.declaration, schema.declaration, validate.declaration, event.declaration,
    redeliverAfter.declaration, maxDeliveries.declaration, header.declaration, wait.declaration,
    json.declaration,
  ]

  private static let partyForm =
    "a number such as +14255550123, anonymous, or a raw id such as 8:acs:…"
  private static let ringTimes = Duration.milliseconds(100)...Duration.seconds(3600)

  /// What is wrong with the values that are right each by itself.
  static func judge(_ values: Values) -> [Complaint] {
    var complaints: [Complaint] = []
    for option in [from, callee] {
      if let text = values[option], RawID.written(text) == nil {
        complaints.append(Complaint(option: option.declaration.name, "expected \(partyForm)"))
      }
    }
    if !ringTimes.contains(values[ringFor].duration) {
      complaints.append(Complaint(option: "ring-for", "expected 100ms to 1h"))
    }
    if values[redeliverAfter].duration > ringTimes.upperBound {
      complaints.append(Complaint(option: "redeliver-after", "expected at most 1h"))
    }
    return complaints
  }

  /// Which of those that have no default were given.
  static func given(_ values: Values) -> [String] {
    let texts = [from, callee].filter { values.isGiven($0) }.map(\.declaration.name)
    let flags = [validate, wait, json].filter { values[$0] }.map(\.declaration.name)
    let others =
      (values.isGiven(event) ? [event.declaration.name] : [])
      + (values.isGiven(header) ? [header.declaration.name] : [])
    return texts + flags + others
  }

  /// The calls that are to ring.
  ///
  /// - Parameter url: the webhook's.
  /// - Throws: ``Failure/data(_:)`` for a file that holds no event.
  static func calls(_ values: Values, to url: String) throws(Failure) -> RingRequest {
    let event = try event(values)
    var writer = JSONWriter()
    writer.object { writer in
      if let text = values[from] { writer.member("from", text) }
      if let text = values[callee] { writer.member("to", text) }
      writer.member("ringsFor", values[ringFor].description)
      // An event of the user's own has its context.
      if event == nil || values.isGiven(context) {
        writer.member("context", values[context].rawValue)
      }
      writer.member("deliver") { writer in
        writer.object { writer in
          writer.member("url", url)
          writer.member("schema", values[schema].rawValue)
          writer.member("validate", values[validate])
          writer.member("redeliverAfter", values[redeliverAfter].description)
          writer.member("maxDeliveries", values[maxDeliveries])
          writer.member("headers") { writer in
            writer.object { writer in
              for field in values[header] { writer.member(field.name, field.value) }
            }
          }
          if let event { writer.member("event") { $0.value(event) } }
        }
      }
    }
    return RingRequest(
      body: String(decoding: writer.bytes, as: UTF8.self), count: values[count],
      isJSON: values[json])
  }

  /// The event of `--event`; nil if there is none.
  private static func event(_ values: Values) throws(Failure) -> DocumentNode? {
    guard let path = values[event] else { return nil }
    let subject = values.subject(of: event)
    let document: DocumentNode
    do {
      document = try Document.parse(try TextFile.read(path, subject), as: .json)
    } catch let failure as Failure {
      throw failure
    } catch {
      throw .data(["\(subject): it is not JSON: \(error)"])
    }
    switch document.content {
    case .object: return document
    case .array(let events) where events.count == 1: return document
    default: throw .data(["\(subject): expected an event, an object, or an array of one"])
    }
  }

  /// The event as it would be delivered: for `--print`.
  static func printed(_ values: Values, at now: Instant) -> [UInt8] {
    let form = values[context]
    let event = IncomingCallEvent.standalone(
      from: values[from].flatMap { RawID.written($0) },
      to: values[callee].flatMap { RawID.written($0) },
      form: form, time: now)
    return event.body(values[schema]) + [ASCII.lineFeed]
  }
}

/// Calls that are to ring.
struct RingRequest: Sendable {
  /// Of `POST R/calls`.
  let body: String
  /// How many of them.
  let count: Int
  /// Whether what happens is printed as JSON.
  let isJSON: Bool
}
