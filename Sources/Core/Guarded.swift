import CSystem
import Synchronization

#if THREAD_SANITIZER
  /// A value that several threads share, behind a lock: `Mutex`. ThreadSanitizer cannot see its locking, because the
  /// library that has it is not built for that. So this reports each lock and unlock to it.
  package struct Guarded<Value>: ~Copyable, Sendable {
    @usableFromInline let mutex: Mutex<Value>

    /// An object that identifies the lock by its address.
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
  /// This is the type itself and not a wrapper around it. Only then is locking inlined. Otherwise each lock is a
  /// function call that asks the runtime for the value's type.
  package typealias Guarded<Value> = Mutex<Value>
#endif
