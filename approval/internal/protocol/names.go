package protocol

// Names on the wire.
const (
	// UpdateDecide names the update that decides on a gate. It takes a [Vote] and returns a
	// [Receipt].
	UpdateDecide = "approval.decide"
	// UpdateChange names the update that changes a gate. It takes a [Change] and returns a
	// [Receipt].
	UpdateChange = "approval.change"
	// SignalVote names the signal that carries the same vote when no worker accepts an
	// update.
	SignalVote = "approval.vote"
	// QueryStatus names the query for a run's [Status].
	QueryStatus = "approval.status"
	// QueryGate names the query for one gate, by its ID. It returns a [GateAnswer], or null
	// when there is no such gate.
	QueryGate = "approval.gate"
	// QueryAudit names the query for the audit of a gate, by its ID.
	QueryAudit = "approval.audit"
	// QueryReceipt names the query for the receipt of a decision, by the IDs of the gate, the
	// actor and the decision. Its result is a [KeptReceipt], or null when the decision was
	// not counted.
	QueryReceipt = "approval.receipt"
	// QueryInbox names the query for the gates of a run that wait for an actor. Its argument
	// is an [InboxQuery], its result an [InboxAnswer].
	QueryInbox = "approval.inbox"

	// AttributePending names the search attribute, a KeywordList of opaque tags, with the
	// people for whom gates of a run wait.
	AttributePending = "ApprovalPending"
	// AttributeDue names the search attribute, a Datetime, with the first deadline of those
	// gates.
	AttributeDue = "ApprovalDue"
)

// Version counts the versions of the messages; this code writes it.
const Version = 1

// Limits.
const (
	// MaxID bounds the bytes of a gate's ID and of a decision's.
	MaxID = 200
	// MaxWorkflowID repeats the server's default limit.
	MaxWorkflowID = 1000
	// MaxPage bounds the gates on a page of an inbox.
	MaxPage = 200
)
