package protocol

// Names on the wire.
const (
	// UpdateDecide is the update that decides on a gate. Its argument is a [Vote], its
	// result a [Receipt].
	UpdateDecide = "approval.decide"
	// UpdateChange is the update that changes a gate. Its argument is a [Change], its
	// result a [Receipt].
	UpdateChange = "approval.change"
	// SignalVote is the signal that carries the same vote when no worker accepts an
	// update.
	SignalVote = "approval.vote"
	// QueryStatus is the query for a run's [Status].
	QueryStatus = "approval.status"
	// QueryGate is the query for one gate, by its ID. Its result is a [GateAnswer], or
	// null when there is no such gate.
	QueryGate = "approval.gate"
	// QueryAudit is the query for the audit of a gate, by its ID.
	QueryAudit = "approval.audit"
	// QueryReceipt is the query for the receipt of a decision, by the IDs of the gate, the
	// actor and the decision. Its result is a [KeptReceipt], or null when the decision was
	// not counted.
	QueryReceipt = "approval.receipt"
	// QueryInbox is the query for the gates of a run that wait for an actor. Its argument
	// is an [InboxQuery], its result an [InboxAnswer].
	QueryInbox = "approval.inbox"

	// AttributePending is the search attribute, a KeywordList of opaque tags, that names
	// the people for whom gates of a run wait.
	AttributePending = "ApprovalPending"
	// AttributeDue is the search attribute, a Datetime, with the first deadline of those
	// gates.
	AttributeDue = "ApprovalDue"
)

// Version is the version of the messages that this code writes.
const Version = 1

// Limits.
const (
	// MaxID bounds the bytes of a gate's ID and of a decision's.
	MaxID = 200
	// MaxWorkflowID is the server's default limit.
	MaxWorkflowID = 1000
	// MaxPage bounds the gates on a page of an inbox.
	MaxPage = 200
)
