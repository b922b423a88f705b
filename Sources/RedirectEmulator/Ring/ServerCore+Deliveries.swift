import Core
import EventLoop
import Synchronization

extension ServerCore {
  /// Notifies readers of events that a call has begun to ring, and delivers its event if the call has a webhook.
  func rings(_ call: RegisteredCall, at resource: ResourceCore) {
    let subscribers = resource.state.withLock { $0.subscribers }
    EventSubscription.tell(subscribers, .ringing) {
      EventStream.ringing(call, resource: resource.name)
    }
    if call.delivery != nil { deliver(call.number, of: resource) }
  }

  /// Makes the call ring that a redirect has made, if there is one.
  func ringsNext(_ exchange: inout Exchange) {
    guard exchange.nextCall != 0 else { return }
    let (resource, number) = (exchange.resource, exchange.nextCall)
    exchange.nextCall = 0
    if let call = resource.state.withLock({ $0.calls[number] }) { rings(call, at: resource) }
  }

  /// Delivers a call's event now.
  func deliver(_ number: UInt64, of resource: ResourceCore) {
    resource.deliversEvents.store(true, ordering: .releasing)
    let mailbox = loops.withLock { loops -> Mailbox? in
      // It is always the same loop for one call.
      loops.isEmpty ? nil : loops[Int(number % UInt64(loops.count))]
    }
    mailbox?.insist { loop in
      (loop.owner as? Connections)?.deliverer.deliver(resource, number)
    }
  }

  /// After a resource's clock was moved, sends the deliveries that are due by it.
  func clockMoved(_ resource: ResourceCore) {
    tellDeliverers(of: resource) { $0.clockMoved(resource) }
  }

  /// Drops the deliveries of calls that were removed.
  func forgetDeliveries(of resource: ResourceCore) {
    tellDeliverers(of: resource) { $0.forgetRemoved(of: resource) }
  }

  private func tellDeliverers(
    of resource: ResourceCore, _ tell: @escaping @Sendable (Deliverer) -> Void
  ) {
    guard resource.deliversEvents.load(ordering: .acquiring) else { return }
    for mailbox in loops.withLock({ $0 }) {
      mailbox.insist { loop in
        if let connections = loop.owner as? Connections { tell(connections.deliverer) }
      }
    }
  }
}
