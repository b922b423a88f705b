import CSystem
import Synchronization

/// A value that several threads share, behind a lock.
///
/// It is `Mutex`, whose locking ThreadSanitizer cannot see since the library with it is not built for that; where
/// `THREAD_SANITIZER` is set, each locking is told.
package struct Guarded<Value>: ~Copyable, Sendable {
  @usableFromInline let mutex: Mutex<Value>

  #if THREAD_SANITIZER
    /// Something whose address names the lock.
    @usableFromInline final class Name: Sendable {
      @usableFromInline init() {}
    }

    @usableFromInline let name = Name()
  #endif

  @inlinable
  package init(_ value: consuming sending Value) {
    mutex = Mutex(value)
  }

  /// Calls `body` with the value while no other thread has it.
  @inlinable
  package borrowing func withLock<Result, Failure: Error>(
    _ body: (inout sending Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    #if THREAD_SANITIZER
      let address = Unmanaged.passUnretained(name).toOpaque()
      return try mutex.withLock { value throws(Failure) in
        csystem_acquired(address)
        defer { csystem_releasing(address) }
        return try body(&value)
      }
    #else
      return try mutex.withLock(body)
    #endif
  }
}
