import EventLoop
import Logging
import RedirectCall
import Synchronization

/// What all loops share: the settings, the emulated resources and a few counters. Each shared store stands
/// behind its own lock.
final class ServerCore: Sendable {
  let configuration: Configuration
  let resources: ResourceStore
  let tokenVerifier: TokenVerifier
  let logger: Logger?
  let startedAt: UInt64
  let openConnections = Atomic<Int>(0)

  private let connectionCount = Atomic<UInt64>(0)

  /// - Throws: ``ConfigurationError`` for a setting that cannot be used.
  init(_ configuration: Configuration) throws(ConfigurationError) {
    self.configuration = configuration
    logger = configuration.logger
    tokenVerifier = try TokenVerifier(configuration)
    resources = try ResourceStore(configuration)
    startedAt = SystemCall.monotonicNow()
  }

  /// The ordinal of a new connection, counted from 1.
  func nextConnectionID() -> UInt64 {
    connectionCount.add(1, ordering: .relaxed).newValue
  }
}
