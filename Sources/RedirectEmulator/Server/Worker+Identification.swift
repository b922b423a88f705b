import Core
import EventLoop
import HTTP1
import RedirectCall
import Synchronization

extension Worker {
  /// Finds the resource that a request belongs to, and checks its credential on that resource's clock. The
  /// resource is known even if the credential is refused, because its settings decide what is checked before. So the
  /// refusal is returned and not thrown. Contract guide, "4. Authorization".
  func identify(
    _ request: borrowing Request, _ head: RequestHead, _ exchange: inout Exchange
  ) -> Result<Void, Rejection> {
    let message = request.message
    if let named = resourceNamedByHost(message, head) {
      exchange.belongs(to: named, loop.wallClock)
    }
    if exchange.resource.settings.authorization == .notRequired, server.resources.hasOnlyDefault {
      return .success(())
    }
    do throws(Rejection) {
      switch try AuthorizationHeader(message, head: head) {
      case .token(let range):
        try checkToken(message, range, &exchange)
      case .accessKey(let signedHeaders, let signature):
        exchange.scheme = .accessKey
        exchange.secretStart = signature.lowerBound
        let signed = try AccessKeyRequest.parse(
          message, head: head, signedHeaders: signedHeaders, signature: signature,
          body: request.body)
        guard
          let owner = owner(
            of: signed, last: request.origin.lastResource, first: exchange.resource)
        else {
          // Its own resource then shows what is wrong.
          let slashed = server.resources.all.first {
            signed.isSignedWithTrailingSlash(key: $0.accessKey)
          }
          if let slashed { exchange.belongs(to: slashed, loop.wallClock) }
          throw signed.mismatch(message, head: head, key: exchange.resource.accessKey)
        }
        exchange.belongs(to: owner, loop.wallClock)
        try signed.checkDate(now: exchange.now)
      }
      return .success(())
    } catch {
      return forgive(error, message, head, &exchange)
    }
  }

  private func checkToken(_ message: Span<UInt8>, _ range: Range<Int>, _ exchange: inout Exchange)
    throws(Rejection)
  {
    let token: VerifiedToken
    if let known = tokens.find(message, range) {
      token = known
    } else {
      token = try server.tokenVerifier.verify(message, range)
      tokens.insert(token, message, range)
    }
    exchange.secretStart = range.lowerBound + token.publicPart.count
    exchange.token = token
    exchange.scheme = token.claims.kind == .user ? .userToken : .entra
    exchange.user = token.claims.user
    if let id = token.claims.resourceID, id != exchange.resource.id,
      let owner = server.resources.identified(by: id)
    {
      exchange.belongs(to: owner, loop.wallClock)
    }
    try token.check(now: exchange.now, resourceID: exchange.resource.id)
  }

  /// The resource with the key that signed. Usually all requests of a connection are for one resource, so the resource
  /// of the last request is tried first, then the one that `Host` names, and the others only after these.
  private func owner(of request: AccessKeyRequest, last: ResourceCore?, first: ResourceCore)
    -> ResourceCore?
  {
    if let last, !last.isRemoved.load(ordering: .relaxed),
      request.verify(with: last.accessKey)
    {
      return last
    }
    if first !== last, request.verify(with: first.accessKey) { return first }
    if server.resources.hasOnlyDefault { return nil }
    return server.resources.all.first {
      $0 !== first && $0 !== last && request.verify(with: $0.accessKey)
    }
  }

  /// The result for a refused credential, if the resource does not verify credentials.
  private func forgive(
    _ refusal: Rejection, _ message: Span<UInt8>, _ head: RequestHead, _ exchange: inout Exchange
  ) -> Result<Void, Rejection> {
    let caller: UnverifiedCaller
    do throws(Rejection) {
      caller = try UnverifiedCaller(message, head: head)
    } catch {
      return exchange.resource.settings.authorization == .notRequired
        ? .success(()) : .failure(refusal)
    }
    if let id = caller.resourceID, let owner = server.resources.identified(by: id) {
      exchange.belongs(to: owner, loop.wallClock)
    }
    if exchange.resource.settings.authorization == .verify {
      // The journal names the scheme of a refused token, too; of an unknown scheme there is nothing to name.
      if exchange.scheme == nil, caller.scheme != .other {
        exchange.scheme = AuthenticationScheme(caller.scheme)
      }
      return .failure(refusal)
    }
    if exchange.scheme == nil { exchange.scheme = AuthenticationScheme(caller.scheme) }
    exchange.user = exchange.user ?? caller.user
    return .success(())
  }

  /// The resource that the first label of `Host` names: `NAME.localhost`, `NAME.communication.azure.com`.
  private func resourceNamedByHost(_ message: Span<UInt8>, _ head: RequestHead) -> ResourceCore? {
    if server.resources.hasOnlyDefault { return nil }
    guard let host = head.authority, !isAddress(message, host),
      let name = HostAndPort(message.string(in: host))?.host
    else { return nil }
    return server.resources.namedByHost(name)
  }

  /// Whether a host is an IPv4 address, with its port or without: it names no resource, and most clients of an
  /// emulator use one, so no string is made from it.
  private func isAddress(_ message: Span<UInt8>, _ host: Range<Int>) -> Bool {
    for index in host {
      let byte = message[index]
      guard ASCII.isDigit(byte) || byte == ASCII.fullStop || byte == ASCII.colon else {
        return false
      }
    }
    return true
  }
}

extension ResourceStore {
  /// The resource that a host's first label names, of the hosts that resources have.
  ///
  /// - Parameter host: in lower case.
  func namedByHost(_ host: String) -> ResourceCore? {
    guard host.hasSuffix(".localhost") || host.hasSuffix(".communication.azure.com"),
      let dot = host.firstIndex(of: ".")
    else { return nil }
    return named(String(host[..<dot]))
  }
}

extension AuthenticationScheme {
  init(_ scheme: UnverifiedCaller.Scheme) {
    switch scheme {
    case .bearer: self = .userToken
    case .entra: self = .entra
    case .accessKey: self = .accessKey
    case .other: self = .other
    }
  }
}
