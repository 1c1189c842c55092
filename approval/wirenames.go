package approval

// Names on the wire.
const (
	// UpdateDecide is the update that decides on a gate. Its argument is a
	// vote, its result a [Receipt].
	UpdateDecide = "approval.decide"
	// UpdateManage is the update that changes a gate. Its argument is a change,
	// its result a [Receipt].
	UpdateManage = "approval.manage"
	// SignalVote is the signal that carries the same vote when no worker
	// accepts an update.
	SignalVote = "approval.vote"
	// QueryStatus is the query for a run's [Status].
	QueryStatus = "approval.status"
	// QueryAudit is the query for what has happened to a gate, by its ID.
	QueryAudit = "approval.audit"
	// QueryReceipt is the query for the receipt of a decision, by the IDs of the
	// gate, the actor and the decision: a [Receipt], and as "content" a hash of what
	// was sent; null when it was not counted.
	QueryReceipt = "approval.receipt"
	// QueryInbox is the query for the gates of a run that wait for an actor. It
	// is what [Client.Inbox] asks.
	QueryInbox = "approval.inbox"
)

// wireVersion is the version of a vote's JSON form that this code writes.
const wireVersion = 1
