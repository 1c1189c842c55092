// Package heartbeat is for long-running activities: it sends heartbeats in the
// background, returns the progress of the previous attempt, and tells why an
// activity must end and how much time is left.
//
//	func Export(ctx context.Context, job Job) error {
//		page, _ := heartbeat.Progress[int64](ctx) // where the previous attempt ended
//		var done atomic.Int64
//		done.Store(page)
//		work, cancel := heartbeat.WithWorkerStop(ctx)
//		defer cancel()
//		stop := heartbeat.Start(ctx, heartbeat.Options{Progress: func() any { return done.Load() }})
//		defer stop() // records the progress once more
//		for ; done.Load() < job.Pages; done.Add(1) {
//			if work.Err() != nil {
//				activity.GetLogger(ctx).Info("The export was interrupted", "Cause", heartbeat.CauseOf(work))
//				return work.Err()
//			}
//			// Export page number done.
//		}
//		return nil
//	}
//
// [Start] sends heartbeats, [Progress] reads those of the previous attempt.
// [WithWorkerStop] ends as soon as the worker begins to stop, [CauseOf] tells why a
// context ended, and [WithMargin] leaves time to clean up. [Remaining] and
// [IsLastAttempt] tell what is left. Give such activities the options of
// timeouts.Long.
//
// [NewInterceptor] makes [Start] aware of heartbeats that the activity records
// itself, and [CauseOf] of the activity's own context. patterns.NewPlugin installs
// it.
//
// # Guarantees
//
//   - [Start] never erases details: it sends again what was recorded last by the
//     previous attempt and, with the interceptor, by the activity itself.
//   - Progress that cannot be encoded, or a progress function that panics, does not
//     end the worker process.
//   - Start leaves no goroutine behind, and sends nothing after its context ended.
//
// # Not guaranteed
//
//   - That the work makes progress: heartbeats say that the process is alive. Limit
//     the work by StartToCloseTimeout.
//   - That an attempt that timed out has ended: its worker learns of the timeout
//     with the next heartbeat, or not at all.
//
// # Cost
//
// No history events. Start takes one goroutine, WithWorkerStop another.
package heartbeat
