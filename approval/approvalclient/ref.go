package approvalclient

// A Ref names a workflow run. An empty RunID means the run that is open now.
type Ref struct{ WorkflowID, RunID string }
