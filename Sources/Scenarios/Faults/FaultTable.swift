/// All faults; they are listed only here. A new one is a file beside this one and a line here.
package enum FaultTable {
  /// Faults of a request.
  package static let requestFaults: [any WireFault.Type] = [
    ResetFault.self, EmptyFault.self, HangFault.self, TruncateFault.self, GarbageFault.self,
    BadStatusLineFault.self, BadHeaderFault.self, BadChunkFault.self, WrongLengthFault.self,
    DuplicateLengthFault.self, BodyOn204Fault.self, InterimFault.self, CloseAfterFault.self,
    HTTP10Fault.self, NotJSONFault.self, BadJSONFault.self, WrongContentTypeFault.self,
    BadGzipFault.self, StallReadFault.self,
  ]

  /// All rows; first those of requests.
  package static let rows = requestFaults.map { $0.row } + ConnectionFault.rows

  /// The largest number of bytes in a fault's parameter.
  static let mostBytes = 1 << 20
}
