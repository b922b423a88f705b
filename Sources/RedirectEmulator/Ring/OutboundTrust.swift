import Core
import LibCrypto
import Synchronization
import TLS

/// The certificates that the emulator trusts when it speaks TLS to a webhook: those of the system's authorities and of
/// the given ones, or any. It is made when it is first needed.
final class OutboundTrust: Sendable {
  private let authorities: TrustedCertificates
  private let trustsAnybody: Bool
  private let made = Guarded<TLSClientContext?>(nil)

  init(authorities: TrustedCertificates, trustsAnybody: Bool) {
    self.authorities = authorities
    self.trustsAnybody = trustsAnybody
  }

  /// The context that sessions share; nil until it is made.
  var context: TLSClientContext? { made.withLock { $0 } }

  /// Makes the trust store, which takes about 15 milliseconds. Two threads that do so at once both get a correct one.
  func make() throws(OutboundFailure) -> TLSClientContext {
    if let context { return context }
    var trusted = TrustedCertificates()
    if !trustsAnybody {
      trusted.add(pem: CABundle.ofSystem(), isOfSystem: true)
      trusted.add(authorities)
    }
    do throws(TLSError) {
      let context = try TLSClientContext(trusting: trustsAnybody ? nil : trusted)
      made.withLock { $0 = context }
      return context
    } catch {
      throw OutboundFailure("TLS is not available: \(error)")
    }
  }
}
