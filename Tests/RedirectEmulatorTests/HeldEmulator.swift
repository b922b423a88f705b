import EventLoop
import Foundation
import RedirectEmulator
import TestSupport
import Testing

/// An emulator whose background thread waits until the test lets it go on, so that nothing depends on how long anything
/// takes.
final class HeldEmulator {
  let emulator: Emulator
  private let gate = DispatchSemaphore(value: 0)

  init(_ configuration: Configuration = Configuration()) throws {
    emulator = try Emulator.startBlocking(configuration)
  }

  deinit {
    // However the test ended: the thread does not wait any more.
    for _ in 0..<10 { gate.signal() }
    emulator.stop()
  }

  var port: UInt16 { emulator.port }

  /// Lets the background thread wait, and returns when it does.
  func hold() throws {
    let gate = gate
    let isAccepted = emulator.background.submit { gate.wait() }
    try #require(isAccepted)
    try waits(0)
  }

  func goOn() { gate.signal() }

  /// Returns when this many calls wait for the thread.
  func waits(_ count: Int) throws {
    let waits = becomesTrue { emulator.background.waiting == count }
    try #require(waits, "\(emulator.background.waiting) wait, not \(count)")
  }
}
