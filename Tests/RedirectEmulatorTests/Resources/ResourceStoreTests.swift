import RedirectEmulator
import Synchronization
import Testing

@Suite("The resources, by name and by id")
struct ResourceStoreTests {
  private static func store(limit: Int = 5) throws -> ResourceStore {
    var configuration = Configuration()
    configuration.resourceLimit = limit
    return ResourceStore(try CheckedConfiguration(configuration))
  }

  @Test("there is a default resource, and as long as it is alone nothing has to be told apart")
  func alone() throws {
    let store = try Self.store()
    #expect(store.hasOnlyDefault)
    #expect(store.all.map(\.name) == ["default"])
    #expect(store.named("default") === store.defaultResource)
    #expect(store.identified(by: store.defaultResource.id) === store.defaultResource)
    #expect(store.named("other") == nil && store.identified(by: "other") == nil)
  }

  @Test("a resource is found by its name and its id, in the order of making")
  func making() throws {
    let store = try Self.store()
    let first = try store.make(named: "first", store.defaultSettings)
    let second = try store.make(named: nil, store.defaultSettings)
    #expect(!store.hasOnlyDefault)
    #expect(second.name == "r-" + second.id.prefix(8))
    #expect(store.all.map(\.name) == ["default", "first", second.name])
    for made in [first, second] {
      #expect(store.named(made.name) === made && store.identified(by: made.id) === made)
    }
    #expect(first.id != second.id)
  }

  @Test("a name that is taken and a store that is full make none")
  func refusals() throws {
    let store = try Self.store(limit: 2)
    _ = try store.make(named: "a", store.defaultSettings)
    for (name, refusal) in [
      ("a", ResourceError.nameTaken("a")), ("A", .nameTaken("A")),
      ("default", .nameTaken("default")), ("Default", .nameTaken("Default")),
      ("b", .tooMany(limit: 2)),
    ] {
      #expect(throws: refusal) { try store.make(named: name, store.defaultSettings) }
    }
    #expect(store.all.count == 2)
  }

  @Test("a name keeps its spelling, and is found and removed in any case")
  func anyCase() throws {
    let store = try Self.store()
    let made = try store.make(named: "Mine", store.defaultSettings)
    #expect(made.name == "Mine")
    for name in ["Mine", "mine", "MINE"] { #expect(store.named(name) === made) }
    #expect(store.named("DEFAULT") === store.defaultResource && store.remove("Default") == nil)
    #expect(store.remove("mINE") === made && store.named("Mine") == nil)
  }

  @Test(
    "a removed resource is found no more, makes room, and says that it is gone; the default one stays"
  )
  func removing() throws {
    let store = try Self.store(limit: 2)
    let made = try store.make(named: "a", store.defaultSettings)
    let before = made.isRemoved.load(ordering: .relaxed)
    #expect(store.remove("a") === made)
    let after = made.isRemoved.load(ordering: .relaxed)
    #expect(!before && after)
    #expect(store.named("a") == nil && store.identified(by: made.id) == nil)
    #expect(store.remove("a") == nil && store.remove("default") == nil)
    #expect(store.all.map(\.name) == ["default"])
    let again = try store.make(named: "a", store.defaultSettings)
    #expect(again !== made && again.id != made.id)
  }
}
