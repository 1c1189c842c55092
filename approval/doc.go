// Package approval lets a workflow wait until people have decided.
//
// Somebody asks, others approve or reject, within minutes or within weeks,
// while workers are deployed and machines fail. A workflow opens a gate and
// waits; votes reach it as updates, which are answered at once, or as signals,
// which are durable when no worker is there to answer.
//
//	func Expense(ctx workflow.Context, r Report) error {
//		gates, err := approval.NewGates(ctx, approval.Options{})
//		if err != nil {
//			return err
//		}
//		out, err := approval.Await(ctx, gates, approval.Request[Report]{
//			ID: "expense", Subject: r, Requester: r.Employee,
//			Policy: policy.Quorum(2, "finance").Within(72 * time.Hour),
//		})
//		if err != nil {
//			return err // canceled
//		}
//		if out.State != approval.StateApproved {
//			return tell(ctx, r, out.State) // rejected or expired: an answer, not an error
//		}
//		return pay(ctx, out.Subject)
//	}
//
//	// anywhere else
//	people, err := approvalclient.New(c, approvalclient.Options{})
//	if err != nil {
//		return err
//	}
//	receipt, err := people.Decide(ctx,
//		approvalclient.Ref{WorkflowID: "expense-7"}, "expense",
//		approvalclient.Vote{ID: "form-81", Actor: ann, Choice: approval.Approve})
//
// Package policy says who decides: one line for a quorum, plain data for stages,
// several groups, vetoes, rounds, reminders and escalations. [Open] opens
// several gates at once and [AwaitAll] waits for them, [AwaitChild] opens one in a
// workflow of its own. What else can be done to an open gate is a [Change]:
// extend, withdraw, make the request again, delegate, let others decide. Package
// approvaltest plays the people in your own tests.
//
// # What is guaranteed
//
//   - A vote that history recorded before the deadline counts, also when the
//     worker was down across the deadline.
//   - One person counts once, for one rule, the one where it helps most. While
//     the gate is known, the same decision ID gets the first receipt from
//     [Client.Decide], whether it comes by update, by signal or by both, also when
//     the run has ended since.
//   - The requester never decides, for themselves or for others, nor does anybody
//     whom the policy does not choose, nor do they by a change: who may not decide
//     cannot reassign, delegate, or move the deadline. "Eve" is not another person
//     than "eve", and a name that no actor can have is an error at once.
//   - One person approves one stage, unless the policy has AllowRepeat.
//   - A vote that cannot be read, lacks anything, is about another round or
//     another subject, or comes at the wrong time is refused with a [Reason]: an
//     update before it costs history, a signal as a dead letter. It moves no
//     deadline and never stops the workflow. A missing or unknown choice is never
//     a yes.
//   - A vote by signal that comes before its gate is opened waits for it. The
//     first 100 do, 256 KB together; further ones are dead letters. One by update is
//     refused with [ReasonNotOpen], so that the caller knows. It counts when it has started the
//     run, or a reset has put it back, and the workflow opens the gate before it
//     waits for anything else.
//   - A vote of a later version of this package is kept, the first 16 within those
//     256 KB, and reported, not guessed at.
//   - A decision ID stands for one decision of its actor. Another content under it is
//     refused as [ReasonKeyReused], and never answered with the first receipt.
//   - What the server has refused, such as for a missing permission, is an error with
//     a [Reason] and the server's error as its cause. An error without a reason leaves
//     the outcome open.
//   - A policy that nobody could fulfill is an error at once.
//   - A gate is what it was when it was opened: its subject, its policy, its ties,
//     and whether it needs proofs, gives notices and is in the inbox are recorded in
//     history. Policies, options, keys, Go types and Accepts may change while it is
//     open.
//   - An edit, and a request that is made again, is the whole subject with what has
//     changed: a typo, a part of it or a field that was left out is refused as
//     [ReasonMalformed]. A subject is JSON, or a protobuf message in its JSON.
//   - With [Gates.ContinueState] a gate goes on in the next run: subject, votes, receipts and
//     deadline are those that it had, and no notice is given again. What comes after
//     Carry is refused as [ReasonNotOpen], to be sent again.
//   - A decision waits for no notice. With Options.Notify the run ends, in whatever
//     way, when each notice is delivered, at least once and under a key of its own,
//     or given up as Options.NotifyOptions say: by itself on workers with
//     patterns.NewPlugin, else call [Gates.WaitForNotices]. What is given up is
//     logged as an error, counted (metric temporal_patterns_notices_undelivered) and
//     in the audit.
//
// # Late votes
//
// What a worker has not seen takes effect in the order of history: timers that fired
// before a vote first, be they of a deadline, which may begin the next stage, or of an
// escalation, then the vote. Votes by update are exact: once the deadline's timer has
// fired they are refused as [ReasonLate]. For votes by signal the workflow chooses with
// Options.Ties. With signals.DeadlineAcceptLate, the default, a vote counts if it does before or
// after what has fired, so one recorded after the deadline still counts if no worker
// had looked in between; with signals.DeadlineHistoryOrder it never does, and the worker needs
// signals.NewInterceptor, which patterns.NewPlugin brings along.
//
// # Who decides
//
// An [Actor] is a claim: whoever may signal or update workflows in the
// namespace can send any. Put an authenticated service in front that fills in
// ID and Groups from its own knowledge and says in Auth how it knows. Then give
// write access to the namespace to nobody else, or give that service a [Key], and
// the workers with Options.Keys what it takes to check it: what is not signed, is
// signed for another workflow or another chain of its runs, or is too old is refused
// as [ReasonBadProof]. A gate needs proofs when the worker that opened it had keys. Replay
// checks nothing, so keys may come and go. A proof ends by the clock of the run: give
// ClientOptions.GoodFor what a time-skipping test server skips.
//
// # What waits for whom
//
// A workflow with Options.Inbox lists its open gates in two search attributes, and
// [Client.Inbox] finds them for an actor, over all workflows; [Client.DecideMany]
// decides on many of them. The namespace needs the attributes: one call of
// [SetUpInbox], when you deploy, adds them, as does
//
//	temporal operator search-attribute create --namespace default \
//		--name ApprovalPending --type KeywordList --name ApprovalDue --type Datetime
//
// and [CheckInbox], in the BeforeStart of patterns.NewPlugin, keeps a worker from
// starting without them, since a workflow that sets an unknown one is stuck. Search
// attributes are in clear, so there is no name in them: a user or a group is a tag,
// 16 characters of a hash. What is listed was open when the workflow was asked, a
// moment before; a gate is missing for as long as the server's visibility lags.
//
// # What is not guaranteed
//
//   - The tags of the inbox hide names, not who already knows a name: who may list
//     workflows can see for which of them something waits. Use opaque IDs.
//   - A vote that the client reports as Queued is durable, not yet accepted: it
//     may still be refused. Ask [Client.Status].
//   - A [Change] is not queued: it needs a worker.
//   - A child of [AwaitChild] does not know the subject's type: an edit there must
//     have the same fields with the same kinds of values, and the parent fails with
//     [ReasonInvalidRequest] when it does not fit after all. Write fields that people may
//     fill in, without omitempty.
//   - A reset to the first workflow task puts votes and changes back in another order:
//     votes by signal, votes by update, then changes. A vote that depends on a change is
//     refused then: look at the status, and send again what is missing.
//   - A vote by signal that comes after Carry, while the workflow still does something,
//     is lost with its run, and reported when that ends.
//   - Steps of a ladder that were due while no worker ran have no timer in history
//     but for the first. Where it stood among the votes is then not known, and a
//     vote counts if it does before or after the step.
//   - A status has at most 512 KB: open gates come first, then those that closed
//     last, and the rest is counted. [Client.Gate] has any one gate, with its subject.
//   - What a closed run says of its gates is what a worker makes of its history. What
//     the run had received and no worker had seen does not count.
//   - A policy that was chosen by the subject stays when people change that:
//     Request.Accepts can refuse a subject that would have had another.
//   - Of reminders and escalations that are due together, as after downtime or when
//     the deadline is made shorter, people get one notice; what the deadline has
//     overtaken gives none.
//   - A run that continues as new waits for its notices too. Call
//     [Gates.WaitForNotices] before you carry messages or gates: what arrives while
//     the end of a run waits is not carried.
//   - What was taken from the signal channel and never used is logged and
//     counted when the run ends only if the worker has signals.NewInterceptor
//     (metric temporal_patterns_leftovers); the query tells it in any case.
//   - The audit of a gate ends with its run, and has the last 500 entries: keep a
//     copy of it, or of its last hash, where it must not be lost.
//
// # Cost
//
// A gate with a deadline that one update decides: 13 history events and 2 workflow tasks for the
// whole run, start and end included; the empty run has 5 and 1. One of them is the record of the
// opening, which has the subject, the policy and the roster. With reminders: 15, and 13 in the
// workflow of [NewWorkflow], which ends with its gate and need not cancel timers. A vote by
// signal: 1 less. A further vote by update: 5. A refused update: 0 events, or 2 when it was a
// vote by signal or a timer, arriving with it, that made the difference. A vote by signal costs 1
// more when it has a subject or its gate needs proofs. A stage: 1 for its timer, and 1 more when
// that fires or is canceled. Reminders and escalations: one timer for the next of them, however
// many. The inbox: 1 for all that opens, closes, or changes its people or its deadline in one
// workflow task; for each page of it, one call and a query to each workflow. A notice: an
// activity. A gate decided when it is opened: no timer. One coroutine for all gates of a run, and
// one for each notice on its way.
//
// # On the wire
//
// Updates "approval.decide" and "approval.manage", signal "approval.vote", queries
// "approval.status", "approval.gate" and "approval.audit" (of a gate's ID), "approval.receipt"
// and "approval.inbox"; search attributes "ApprovalPending" and "ApprovalDue"; error types
// "approval." and a [Reason]. An update whose decision was counted before is refused with the
// type "approval.Duplicate" and the first [Receipt] as detail. Comments have at most 4 KB, IDs
// 200 bytes. A vote is one JSON object, each field once:
//
//	{"v": 1, "gate": "expense", "id": "form-81", "choice": "approve",
//	 "actor": {"id": "ann", "groups": ["finance"], "auth": "oidc"}, "comment": "ok"}
//
// and, where they are needed, "reason", "for", "round", "digest", "subject" and
// "proof". A change has "action" and its arguments in place of the choice.
//
// # When to use something else
//
// When a program decides, send it a signal or an update of your own. When the
// answer is known within seconds, call an activity.
package approval
