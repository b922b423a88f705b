import Core
import Documents
import HTTP1
import Options
import RedirectEmulator

/// An emulator that runs as another process, called through its control API.
struct RunningEmulator: Sendable {
  let client: HTTPClient

  /// How long a call may take. The longest ones make certificates, or wait for others.
  private static let limit = Duration.seconds(10)

  /// - Parameter control: the control API's address, `http://127.0.0.1:4010/_emulator`.
  init(control: HTTPAddress, key: String?) {
    client = HTTPClient(address: control, key: key)
  }

  /// Whether it is ready.
  enum Health: Sendable {
    case ready
    /// `isFinal`: it would not be ready later, either.
    case notReady(String, isFinal: Bool)
  }

  /// Checks once.
  func health(within limit: Duration) -> Health {
    do throws(HTTPFailure) {
      let response = try client.send(.get, "/health", within: limit)
      switch response.status {
      case 200 where Self.json(response)?["status"]?.string == "ready": return .ready
      case 401:
        return .notReady("it asks for the key of --control-key", isFinal: true)
      case 404:
        return .notReady("it has no control API: --control off, or no emulator", isFinal: false)
      default: return .notReady("it answered \(Self.shown(response))", isFinal: false)
      }
    } catch {
      return .notReady(error.description, isFinal: false)
    }
  }

  /// The facts about the default resource.
  func facts(writing files: (_ bundle: [UInt8], _ authority: [UInt8]) throws(Failure) -> TrustPaths)
    throws(Failure) -> EmulatorFacts
  {
    let response = try call(.get, "/resources/default")
    guard let resource = Self.json(response) else {
      throw .unavailable("\(client.address.description): it answered \(Self.shown(response))")
    }
    func member(_ name: String) throws(Failure) -> String {
      guard let text = resource[name]?.string else {
        throw .unavailable("\(client.address.description): its response has no '\(name)'")
      }
      return text
    }
    let authority = try call(.get, "/ca.pem").body
    let bundle = try call(.get, "/ca-bundle.pem").body
    let paths = try files(bundle, authority)
    let (secure, plain) = (
      try member("httpsConnectionString"), try member("httpConnectionString")
    )
    return EmulatorFacts(
      endpoint: Self.endpoint(plain), httpsEndpoint: Self.endpoint(secure),
      accessKey: try member("accessKey"), token: try member("token"), connectionString: secure,
      httpConnectionString: plain, control: client.address.description, controlKey: client.key,
      identity: resource["identityHeader"]?.string.map {
        ManagedIdentity(endpoint: client.address.description + "/identity", header: $0)
      },
      caFile: paths.authority, caBundleFile: paths.bundle, trustStoreFile: paths.trustStore)
  }

  /// The paths of the files that make clients trust an emulator.
  struct TrustPaths {
    var authority: Path
    var bundle: Path
    var trustStore: Path
  }

  private func call(_ method: HTTP1.Method, _ path: String) throws(Failure) -> Response {
    let response = try send(method, path)
    guard response.status == 200, response.isBodyWhole else {
      throw .unavailable(
        "\(client.address.description)\(path): it answered \(Self.shown(response))")
    }
    return response
  }

  /// Sends a call.
  ///
  /// - Returns: the response with any status.
  /// - Throws: ``Failure/unavailable(_:)``.
  func send(_ method: HTTP1.Method, _ path: String, _ body: String = "") throws(Failure) -> Response
  {
    do throws(HTTPFailure) {
      return try client.send(method, path, body, within: Self.limit, keeping: 16 << 20)
    } catch {
      throw .unavailable("\(client.address.description): \(error)")
    }
  }

  static func json(_ response: Response) -> DocumentNode? {
    try? Document.parse(String(decoding: response.body, as: UTF8.self), as: .json)
  }

  /// A response in a few words: its status, and an error's message.
  static func shown(_ response: Response) -> String {
    reason(response).map { "\(response.status): \($0)" } ?? String(response.status)
  }

  /// An error's message; nil if there is none.
  static func reason(_ response: Response) -> String? {
    json(response)?["error"]?["message"]?.string.map { ShownText.value($0.utf8) }
  }

  /// The endpoint in a connection string, without a trailing slash.
  private static func endpoint(_ connectionString: String) -> String {
    let url = connectionString.split(separator: ";").first { $0.hasPrefix("endpoint=") }
    var text = (url ?? "").dropFirst("endpoint=".count)
    if text.hasSuffix("/") { text.removeLast() }
    return String(text)
  }
}
