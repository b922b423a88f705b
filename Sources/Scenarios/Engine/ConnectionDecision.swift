/// What a connection rule has decided for a connection.
package struct ConnectionDecision: Sendable, Hashable {
  package let ruleIndex: Int
  package let ruleName: String
  package let fault: ConnectionFault
}
