package wait

import "go.temporal.io/sdk/workflow"

// A Claim tells whether a run has made something twice of which it can have only
// one. With the interceptor it tells at once. Without, channels of signals are all
// that a run keeps by name: a token waits in one until the first owner takes it, and
// a later one is found by the first.
type Claim struct {
	channel workflow.Channel // nil with the interceptor
	again   bool
}

// NewClaim returns the claim of a new owner of that name.
func NewClaim(ctx workflow.Context, name string) *Claim {
	c := &Claim{}
	if run := FromContext(ctx); run != nil {
		c.again = run.claimed[name]
		run.claimed[name] = true
		return c
	}
	channel, ok := workflow.GetSignalChannel(ctx, name).(workflow.Channel)
	if !ok {
		return c // an SDK with other channels: nothing can be told
	}
	c.channel = channel
	if first := c.take(); first != nil {
		channel.SendAsync(first)
		return &Claim{again: true}
	}
	channel.SendAsync(c)
	return c
}

// Again reports whether another owner was there before.
func (c *Claim) Again() bool { return c.again }

// Waiting reports whether [Claim.TakeTokens] has something to do.
func (c *Claim) Waiting() bool { return c.channel != nil && c.channel.Len() > 0 }

// TakeTokens takes the tokens, its own and those of later owners, so that none is left
// when the run ends. The coroutine of each owner calls it; that of the first runs
// first.
func (c *Claim) TakeTokens() {
	for token := c.take(); token != nil; token = c.take() {
		token.again = token != c
	}
}

// take takes the next token, or returns nil. A signal that comes from outside under
// the name is no token, and is dropped.
func (c *Claim) take() *Claim {
	for c.channel.Len() > 0 {
		var token *Claim
		if c.channel.ReceiveAsync(&token) && token != nil && token.channel != nil {
			return token
		}
	}
	return nil
}
