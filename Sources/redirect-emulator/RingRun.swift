import Core
import Documents
import Glibc
import HTTP1
import RedirectEmulator
import Synchronization

/// Lets calls ring at a running emulator, and tells what happens until nothing can change any more.
struct RingRun: Sendable {
  let emulator: RunningEmulator
  let request: RingRequest
  /// The webhook's.
  let url: String
  /// How messages name the option that has the URL.
  let subject: String
  /// Gets a line for each thing that happens.
  let tell: @Sendable (String) throws(Failure) -> Void

  /// The pause between two questions.
  private static let pause: UInt32 = 50_000
  /// How long a response to a delivery is waited for when the verdict is final: an app that redirects first and responds
  /// then is not to be stopped in between.
  private static let responseGrace = Duration.seconds(1)
  /// How long a try is waited for that a rule delays: it can be the one that comes too late.
  private static let delayGrace = Duration.seconds(10)

  /// - Parameter stop: ends it early when it is set.
  /// - Returns: whether every caller was redirected.
  /// - Throws: ``Failure/usage(_:)`` if the emulator refuses the calls, ``Failure/unavailable(_:)`` where it is not there
  ///   any more.
  func run(until stop: StopFlag) throws(Failure) -> Bool {
    var report = RingReport(isJSON: request.isJSON)
    var open: [String] = []
    for _ in 0..<request.count {
      if stop.isSet { return false }
      let call = try emulator.ring(request.body, subject)
      guard let id = call["id"]?.string else {
        throw .unavailable("\(emulator.client.address.description): its call has no id")
      }
      open.append(id)
      try tell(report.ringing(call, at: url))
    }
    var areRedirected = true
    /// When a verdict was first seen to be final.
    var final: [String: ContinuousClock.Instant] = [:]
    while !open.isEmpty {
      if stop.isSet { return false }
      var rest: [String] = []
      for id in open {
        guard let call = try emulator.call(id) else {
          try tell("\(id)  was removed while it rang")
          areRedirected = false
          continue
        }
        let isFinal = RingReport.isFinal(call)
        if isFinal, final[id] == nil { final[id] = .now }
        let waited = final[id].map { ContinuousClock.now - $0 } ?? .zero
        let isOver =
          isFinal && (!RingReport.awaitsResponse(call) || waited > Self.responseGrace)
          && (!RingReport.hasDelayedTry(call) || waited > Self.delayGrace)
        for line in report.news(call, isOver: isOver) { try tell(line) }
        guard isOver else {
          rest.append(id)
          continue
        }
        if !RingReport.isRedirected(call) { areRedirected = false }
      }
      open = rest
      if !open.isEmpty { usleep(Self.pause) }
    }
    return areRedirected
  }
}

/// Tells another thread to end.
final class StopFlag: Sendable {
  private let flag = Atomic<Bool>(false)

  var isSet: Bool { flag.load(ordering: .acquiring) }

  func set() { flag.store(true, ordering: .releasing) }
}

extension RunningEmulator {
  /// Lets a call ring.
  ///
  /// - Parameter subject: how a message names what was given.
  func ring(_ body: String, _ subject: String) throws(Failure) -> DocumentNode {
    let response = try send(.post, "/calls", body)
    if let call = Self.json(response), response.status == 201 { return call }
    if response.status == 400 {
      throw .usage(["\(subject): \(Self.reason(response) ?? "the emulator refused it")"])
    }
    throw .unavailable(
      "\(client.address.description)/calls: it answered \(Self.shown(response))")
  }

  /// A call as the control API shows it; nil if it was forgotten.
  func call(_ id: String) throws(Failure) -> DocumentNode? {
    let response = try send(.get, "/calls/\(id)")
    if response.status == 404 { return nil }
    guard response.status == 200, let call = Self.json(response) else {
      throw .unavailable(
        "\(client.address.description)/calls/\(id): it answered \(Self.shown(response))")
    }
    return call
  }
}
