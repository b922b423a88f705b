/// What `R/verify` is asked: which operations, and what is expected of them.
package struct VerifyQuestion: Sendable, Equatable {
  /// An operation is chosen when one of its attempts is accepted.
  package var filter: JournalFilter
  /// Only requests behind this sequence number count.
  package var after: UInt64
  package var expectations: Expectations

  /// - Parameter query: `where`, read with ``JournalQuery/Scope/filter``.
  package init(_ query: JournalQuery = JournalQuery(), expect expectations: Expectations) {
    filter = query.filter
    after = query.after
    self.expectations = expectations
  }
}

extension Journal {
  /// Takes what a question needs out of the journal; judging it needs no lock.
  package func evidence(for question: VerifyQuestion) -> JournalPage {
    // Unfiltered: an operation that is chosen by one attempt is judged by all of them.
    page(after: question.after)
  }
}

extension VerifyQuestion {
  /// Answers the question.
  /// - Parameter evidence: what ``Journal/evidence(for:)`` gave.
  package func answer(from evidence: JournalPage) -> Verification {
    let chosen = RedirectOperation.operations(of: evidence.entries, filter: filter)
    var report = Verification(checks: Verifier(chosen).checks(of: expectations))
    report.missing = evidence.missed
    return report
  }
}
