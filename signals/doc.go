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
// # What is here
//
//   - Send: [Signal.Send], [Signal.SendWithStart] (starts the workflow when it
//     is not open), [Signal.SendExternal] (from one workflow to another),
//     [Batcher] (many small messages in few signals).
//   - Receive one: [Channel.Receive], [Channel.ReceiveUntil] a deadline,
//     [Channel.ReceiveWithTimeout], [Channel.TryReceive]. Several:
//     [Channel.ReceiveBatch] until it is quiet, [Channel.Drain], [Serve] with a
//     handler for each, [Channel.AddTo] a workflow.Selector.
//   - Wait for a condition that other coroutines or handlers make true:
//     [AwaitWithTimeout] and [AwaitUntil]; without a deadline, workflow.Await.
//     For the first of several futures: [Race].
//   - Ask and answer: [Update] and [Query], typed on both sides.
//   - A run that gets long: [ShouldContinueAsNew], then [NewContinueState].
//   - Tests of your own workflows: package signalstest.
//
// A workflow that runs for ever handles messages and goes on in a new run:
//
//	var Items = signals.New[Item]("item").WithID(func(i Item) string { return i.ID })
//
//	func Cart(ctx workflow.Context, in Input) error {
//		items := Items.Channel(ctx, signals.Options{ContinueState: in.Signals})
//		for {
//			item, err := items.Receive(ctx)
//			if err != nil {
//				return err // canceled
//			}
//			in.Items = append(in.Items, item)
//			if signals.ShouldContinueAsNew(ctx) {
//				if carried, ok := signals.NewContinueState(ctx, items); ok {
//					in.Signals = state
//					return workflow.NewContinueAsNewError(ctx, Cart, in)
//				}
//			}
//		}
//	}
//
// # What is guaranteed
//
//   - A message that history recorded before the deadline's timer fired is
//     received before the wait says that time is up, also when no worker ran
//     in between. What happens to one recorded after it is the workflow's
//     choice: see [DeadlinePolicy].
//   - A message that cannot be decoded is consumed, logged, counted and listed
//     by [Signal.Status]. It does not panic, block or move a deadline. The
//     metric is temporal_patterns_dead_letters, with the tag message.
//   - null and no payload are refused, since nobody sent the zero value that
//     they leave. They are accepted for struct{}, which has no other value: use it
//     for a signal without content. {} is a value; give T a method Validate() error
//     to refuse it.
//   - What Validate and the function of [Signal.WithID] have said of a message is
//     recorded. A replay takes the recorded verdict, so they may look at the clock, and
//     be added, changed or removed while runs are open: a run keeps to what held when
//     its first message came. A message that was received, and that a later type
//     cannot read, fails the workflow task until a worker can. UnmarshalJSON runs on
//     each replay and must be pure. A panic in any of these is a dead letter.
//   - Waits honour cancellation: they return the CanceledError untouched and
//     leave the messages in the channel.
//   - Messages of one signal are received in the order of history, also over
//     any number of runs joined by [NewContinueState], and with [Signal.WithID] each once.
//   - What nothing has received when a run ends, also of what was carried for a
//     channel that the run has not opened, is logged and counted
//     (temporal_patterns_leftovers, with the tag message), and so are signals
//     of names that nothing received (temporal_patterns_undeclared): a sender's
//     spelling. Both need [NewInterceptor]; without it the SDK logs the names.
//   - A payload codec that fails (a key service that is down) loses nothing when
//     clients and workers use [NewDataConverter]. Without it the SDK drops the
//     signal, and [Status] counts it as unreadable. Details of errors are not
//     covered.
//   - [Race] leaves nothing running, and no loser's cancellation closes the
//     workflow as canceled.
//
// # What is not
//
//   - Sending is at least once: a Send that failed may have been delivered. Give
//     T an ID and the signal [Signal.WithID]. The latest 10,000 IDs are known, of
//     former runs at least 1,000; a duplicate that comes later is received again.
//   - A message that is carried and a batch are received by this package only,
//     not by the SDK's own channel.
//   - Between messages of two signals there is no order.
//   - A run takes 10,000 signals, and fewer in a burst if each is handled by
//     activities: use [ShouldContinueAsNew], and a [Batcher] where you can.
//
// # Cost
//
// In history events besides those of the messages, one for each signal, and the
// three of each workflow task; each line is a test.
//
//	Receive, TryReceive, Drain  , Len, AddTo          0
//	ReceiveUntil, AwaitUntil, Serve                   0, the Deadline has 2
//	ReceiveWithTimeout, AwaitWithTimeout              2 (timer started and fired or canceled),
//	                                                  0 when the message is there or the condition holds
//	ReceiveBatch                                      2 for each quiet period, however many messages come in it
//	NewContinueState, ShouldContinueAsNew, Query      0
//	a T with Validate, WithID                         1 marker for the first message of a run, and 1 whenever the
//	                                                  verdict differs from that on the message before
//	Update                                            2 when accepted, 0 when refused
//	Race                                              0 besides its contenders'
//	Batcher                                           1 for up to 256 KB of messages
//
// No wait leaves a timer running. A Channel has no
// coroutine; HandleByKey has one for each message that is handled, and so has
// Handle beside it.
//
// # On the wire
//
// A signal has the name given to [New] and one argument: T as the SDK's default
// data converter writes it, JSON for most types, through whatever payload codec
// client and worker share. A data converter of your own that encodes values in
// another way is not understood. A batch is one argument, a JSON array of
// messages, with the metadata "temporal-patterns.batch": "1". The query
// "signals.status.<name>" returns a [Status]. Errors of workflows have the types
// that [Reason] says. [ContinueState] is JSON with a version.
//
// # When to use something else
//
// When a person decides, use package approval. When one workflow waits for
// another, use a child workflow. For locks and groups of coroutines, use the
// SDK's Mutex, Semaphore and WaitGroup.
package signals
