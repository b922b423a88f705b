/// What a rule does to a request.
public struct ScenarioAction: Sendable {
  /// What goes wrong on the wire. The guide Scenarios tells what a client sees of each.
  public enum Fault: Sendable {
    case reset(afterBytes: Int? = nil)
    case empty
    case hang(for: Duration? = nil)
    case truncate(atBytes: Int)
    /// - Parameter percent: of the whole answer.
    case truncatePart(percent: Int)
    case wrongLength(by: Int)
    case interim(count: Int)
    case garbage, badStatusLine, badHeader, badChunk, duplicateLength, bodyOn204, closeAfter, http10
    case notJSON, badJSON, wrongContentType, badGzip, stallRead
  }

  /// The answer that a rule gives, in the service's own shape.
  public struct Answer: Sendable {
    /// 200 to 599.
    public var status: Int
    /// The error's code; nil is the service's for the status.
    public var code: String?
    /// The error's message; nil is the service's for the status.
    public var message: String?
    /// How long the client is asked to wait.
    public var retryAfter: Duration?
    /// Further header fields.
    public var headers: [String: String]
    /// Content that is sent as it is, in the place of the error.
    public var body: String?
    /// The content's type.
    public var contentType: String?

    /// An answer with this status.
    public init(
      _ status: Int, code: String? = nil, message: String? = nil, retryAfter: Duration? = nil,
      headers: [String: String] = [:], body: String? = nil, contentType: String? = nil
    ) {
      self.status = status
      self.code = code
      self.message = message
      self.retryAfter = retryAfter
      self.headers = headers
      self.body = body
      self.contentType = contentType
    }
  }

  /// A pause before the answer or the fault.
  public var delay: Duration?
  /// The answer in the operation's stead.
  public var answer: Answer?
  /// What goes wrong on the wire.
  public var fault: Fault?
  /// Whether the redirect is executed and remembered first, so that only its answer suffers.
  public var afterExecution: Bool
  /// The scenario's state from here on.
  public var becomes: String?

  /// An action of any of these parts.
  public init(
    delay: Duration? = nil, answer: Answer? = nil, fault: Fault? = nil,
    afterExecution: Bool = false,
    becomes: String? = nil
  ) {
    self.delay = delay
    self.answer = answer
    self.fault = fault
    self.afterExecution = afterExecution
    self.becomes = becomes
  }

  /// Lets the request through.
  public static let pass = ScenarioAction()

  /// Answers in the operation's stead.
  public static func respond(_ status: Int, retryAfter: Duration? = nil) -> ScenarioAction {
    ScenarioAction(answer: Answer(status, retryAfter: retryAfter))
  }

  /// Goes wrong on the wire.
  public static func fault(_ fault: Fault, afterExecution: Bool = false) -> ScenarioAction {
    ScenarioAction(fault: fault, afterExecution: afterExecution)
  }

  /// Takes its time.
  public static func delay(_ duration: Duration) -> ScenarioAction {
    ScenarioAction(delay: duration)
  }

  var isPass: Bool {
    delay == nil && answer == nil && fault == nil && !afterExecution && becomes == nil
  }
}
