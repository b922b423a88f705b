import Core
import RedirectCall
import Synchronization

extension Call {
  /// Requests about a call that rings at one resource which came to another one, by the credential that they carried. The
  /// call's own resource does not have them, and without this its story would say that nothing was sent.
  package struct Misdirected: Sendable, Equatable {
    /// What the last one got.
    package enum Response: Sendable, Equatable {
      case refused(status: Int, code: String)
      /// A rule with this name decided it.
      case ruled(String)
    }

    /// How the last one said where it belongs.
    package enum Credential: Sendable, Equatable {
      case accessKey, token
      /// None was asked for.
      case none
      /// It was refused.
      case refused
    }

    /// How many came.
    package private(set) var count = 1
    /// Whether all of them were redirects.
    package private(set) var areRedirects: Bool
    /// Whether all of them got the same.
    package private(set) var areAlike = true
    package private(set) var credential: Credential
    package private(set) var response: Response
    /// The resource that the last one came to.
    package private(set) var resource: String
    /// The resource at which the call rings.
    package let home: String
    /// Where the control API is; nil if it is off.
    private let control: String?

    package init(
      isRedirect: Bool, credential: Credential, response: Response, resource: String, home: String,
      control: String?
    ) {
      areRedirects = isRedirect
      (self.credential, self.response) = (credential, response)
      (self.resource, self.home, self.control) = (resource, home, control)
    }

    /// Counts another one, which came later.
    package mutating func add(_ other: Misdirected) {
      count += other.count
      areRedirects = areRedirects && other.areRedirects
      areAlike = areAlike && other.areAlike && response == other.response
      (credential, response, resource) = (other.credential, other.response, other.resource)
    }

    /// What happened, as a sentence behind one about the app.
    var story: String {
      let noun = areRedirects ? "redirect" : "request"
      let which = count == 1 ? "" : areAlike ? "all of " : "the last of "
      let how =
        switch credential {
        case .accessKey: "with the access key of the resource '\(resource)'"
        case .token: "with a token of the resource '\(resource)'"
        case .none: "to the resource '\(resource)'"
        case .refused: "with a credential that the emulator refused"
        }
      let what =
        switch response {
        case .refused(let status, let code): "\(which)which got \(status) \(code)"
        case .ruled(let rule): "where the rule '\(rule)' decided the response"
        }
      return "It sent \(CountText(count, noun)) for this call \(how), \(what)."
    }

    /// What to change.
    var advice: String {
      let right =
        "Give your app the connection string of the resource '\(home)', at which this call rings"
      return switch credential {
      case .refused: right + "."
      case .accessKey, .token, .none:
        right + ", or let the call ring at '\(resource)', whose connection string your app has"
          + (control.map {
            " (redirect-emulator ring --control \($0)/resources/\(resource) --to URL)"
          } ?? "") + "."
      }
    }
  }
}

extension ResourceStore {
  /// Tells the calls that a request meant of a request that came to another resource than theirs.
  ///
  /// - Complexity: O(1) for a context that the emulator made, else O(resources).
  func noteMisdirected(
    _ context: String, at resource: ResourceCore,
    _ made: (_ home: String) -> Call.Misdirected
  ) {
    let key = RegisteredCalls.ContextKey(context)
    if let id = EmulatedContext.resourceID(of: context) {
      identified(by: id)?.noteMisdirected(key, made)
      return
    }
    for home in all where home !== resource { home.noteMisdirected(key, made) }
  }
}

extension ResourceCore {
  fileprivate func noteMisdirected(
    _ key: RegisteredCalls.ContextKey, _ made: (_ home: String) -> Call.Misdirected
  ) {
    guard hasRegisteredCalls else { return }
    state.withLock { state in
      guard let number = state.calls.number(of: key) else { return }
      state.calls.update(number) { call in
        guard call.state == .ringing else { return }
        let one = made(name)
        if call.misdirected == nil { call.misdirected = one } else { call.misdirected?.add(one) }
      }
    }
  }
}
