CREATE TABLE `link_previews` (
	`url` text PRIMARY KEY NOT NULL,
	`found` text NOT NULL,
	`expires_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `link_previews_expiry` ON `link_previews` (`expires_at`);--> statement-breakpoint
CREATE TABLE `link_robots` (
	`origin` text PRIMARY KEY NOT NULL,
	`text` text NOT NULL,
	`expires_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `link_robots_expiry` ON `link_robots` (`expires_at`);--> statement-breakpoint
ALTER TABLE `messages` ADD `preview` text;