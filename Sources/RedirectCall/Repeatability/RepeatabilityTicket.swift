/// The right to run one operation once.
package struct RepeatabilityTicket: Sendable, Equatable {
  let requestID: RequestUUID
  /// Which run it is, counted over all of a memory's runs, so that a late ticket touches no later run.
  let run: UInt64
  /// The entry's number when the ticket was given out: a hint that spares a search.
  let number: UInt64
}
