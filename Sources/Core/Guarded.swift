import CSystem
import Synchronization

#if THREAD_SANITIZER
  /// A value that several threads share, behind a lock: `Mutex`, whose locking ThreadSanitizer cannot see, since the
  /// library with it is not built for that. So each locking is told.
  package struct Guarded<Value>: ~Copyable, Sendable {
    @usableFromInline let mutex: Mutex<Value>

    /// Something whose address names the lock.
    @usableFromInline final class Name: Sendable {
      @usableFromInline init() {}
    }

    @usableFromInline let name = Name()

    @inlinable
    package init(_ value: consuming sending Value) {
      mutex = Mutex(value)
    }

    /// Calls `body` with the value while no other thread has it.
    @inlinable
    package borrowing func withLock<Result, Failure: Error>(
      _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
      let address = Unmanaged.passUnretained(name).toOpaque()
      return try mutex.withLock { value throws(Failure) in
        csystem_acquired(address)
        defer { csystem_releasing(address) }
        return try body(&value)
      }
    }
  }
#else
  /// A value that several threads share, behind a lock.
  ///
  /// The type itself, and none that has it: only then is locking inlined, instead of being a call of a function that asks
  /// the runtime for the value's type each time.
  package typealias Guarded<Value> = Mutex<Value>
#endif
