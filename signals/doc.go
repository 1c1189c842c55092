// Package signals sends typed messages to workflows and waits for them.
//
// A workflow that waits for a message, or for a deadline, is written with few
// lines of the SDK, and most of those lines are wrong on a bad day: one message
// that cannot be decoded makes the SDK's ReceiveWithTimeout panic for ever, and
// lets a Selector sleep through its timer; a message that arrived in time is
// reported as a time-out when the worker was down across the deadline. Here
// each of these is a test.
//
//	var Paid = signals.New[Payment]("paid")
//
//	func Order(ctx workflow.Context, o OrderInput) error {
//		paid := Paid.Channel(ctx, signals.Options{})
//		p, ok, err := paid.ReceiveWithTimeout(ctx, 48*time.Hour)
//		if err != nil {
//			return err // canceled
//		}
//		if !ok {
//			return remind(ctx, o)
//		}
//		return ship(ctx, o, p)
//	}
//
//	// anywhere else
//	err := Paid.Send(ctx, client, "order-17", "", Payment{Amount: 20})
//
// [Signal.SendWithStart] starts the workflow when it is not open, and
// [Signal.SendExternal] sends from one workflow to another.
//
// [AwaitWithTimeout] and [AwaitUntil] wait for a condition that other coroutines
// or handlers make true.
//
// # What is guaranteed
//
//   - A message that history recorded before the deadline's timer fired is
//     received before the wait says that time is up, also when no worker ran
//     in between. What happens to one recorded after it is the workflow's
//     choice: see [Ties].
//   - A message that cannot be decoded is consumed, logged, counted and listed
//     by [Signal.Status]. It does not panic, block or move a deadline. The
//     metric is temporal_patterns_dead_letters, with the tag message.
//   - null and no payload are refused, since nobody sent the zero value that
//     they leave; for a signal without content use struct{} and send {}. {} is
//     a value; give T a method Validate() error to refuse it.
//   - Waits honour cancellation: they return the CanceledError untouched and
//     leave the messages in the channel.
//   - What was not received stays in the SDK's channel, and the SDK warns about
//     it when the run ends.
//
// # What is not
//
//   - Sending is at least once: a Send that failed may have been delivered. Put
//     an ID into T and ignore what you have seen.
//   - A payload codec that fails (a key service that is down) is handled by the
//     SDK before this package sees the message: the SDK drops it with a log.
//   - Messages of one signal keep their order; between two signals there is none.
//
// # Cost
//
// One history event for each message, plus the workflow task that any event
// causes. [Channel.ReceiveWithTimeout]: a timer, its start and its end, and
// none when a message is there. [Channel.ReceiveUntil]: nothing besides its
// [Deadline], however many messages are collected. [Channel.ReceiveBatch]: one
// timer for each quiet period. No coroutine, no marker.
//
// # On the wire
//
// A signal has the name given to [New] and one argument: T as the SDK's default
// data converter writes it, JSON for most types, through whatever payload codec
// client and worker share. A data converter of your own that encodes values in
// another way is not understood. The query "signals.status.<name>" returns a [Status].
//
// # When to use something else
//
// When the sender needs an answer, use an update. When a person decides, use
// package approval. When one workflow waits for another, use a child workflow.
package signals
