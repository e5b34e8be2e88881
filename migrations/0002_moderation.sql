CREATE TABLE `bans` (
	`user_id` text PRIMARY KEY NOT NULL,
	`reason` text,
	`until` integer NOT NULL,
	`shadow` integer NOT NULL,
	`since` integer NOT NULL,
	`by` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `messages` ADD `shadowed` integer DEFAULT 0 NOT NULL;
