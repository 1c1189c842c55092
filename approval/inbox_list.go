package approval

import "context"

type listing struct{}

func (c *Client) listing(f Filter) (*listing, error) { return &listing{}, f.check() }

func (l *listing) page(ctx context.Context) (Page, error) { return Page{}, ctx.Err() }
