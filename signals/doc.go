// Package signals sends typed messages to workflows and waits for them.
//
// The SDK's own waits fail on a bad day: one message that cannot be decoded makes
// ReceiveWithTimeout panic on every attempt, and a message that arrived in time is
// reported as a timeout when no worker ran across the deadline. This package does
// neither, and each promise below is a test.
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
//	// in a service
//	err := Paid.Send(ctx, c, signals.Ref{WorkflowID: "order-17"}, Payment{Amount: 20})
//
// Receive with [Channel.Receive], [Channel.ReceiveUntil], [Channel.ReceiveWithTimeout],
// [Channel.TryReceive], [Channel.ReceiveBatch], [Channel.Drain], [Channel.AddTo] or
// [Serve]. Wait for a condition with [AwaitUntil] or [AwaitWithTimeout], for the first of
// several futures with [Race]. Ask and answer with [Update] and [Query]. Before a run gets
// too long, [ShouldContinueAsNew] is true; [NewContinueState] takes the messages along.
//
// # Guaranteed
//
//   - A message that history recorded before a deadline's timer fired is received before
//     the wait reports a timeout. [DeadlinePolicy] decides about later ones.
//   - A message that cannot be used becomes a dead letter: it is logged, counted
//     (temporal_patterns_dead_letters) and listed by [Signal.Status]. It never panics,
//     blocks or moves a deadline. null and no payload cannot be used, except for struct{}.
//   - Validate and the function of [Signal.WithID] are recorded, so they may look at the
//     clock and change while runs are open. UnmarshalJSON runs on each replay.
//   - Messages of one signal are received in the order of history, across runs joined by
//     [NewContinueState] too, and once for each ID with [Signal.WithID].
//   - Waits return the CanceledError untouched and leave the messages in the channel.
//   - With [NewInterceptor] a run logs and counts what it has not received when it ends
//     (temporal_patterns_leftovers), and signals of names that it has no channel for
//     (temporal_patterns_undeclared).
//   - With [NewDataConverter] a payload codec that fails loses no signal.
//
// # Not guaranteed
//
//   - Sending is at least once. The latest 10,000 IDs are known, and at least 1,000 of
//     the previous run; an older duplicate is received again.
//   - There is no order between signals of two names. A run takes 10,000 signals.
//   - Only this package receives batches and messages of a previous run.
//
// # Cost in history events
//
// Besides one for each signal, and three for each workflow task:
//
//	Deadline, ReceiveWithTimeout, AwaitWithTimeout   2 for each timer that starts
//	ReceiveBatch                                     2 for each idle period
//	Validate, WithID                                 1 marker for each change of the verdict
//	Update                                           2 when accepted, 0 when refused
//	all others                                       0
package signals
