ALTER TABLE `messages` ADD `proposal` text;--> statement-breakpoint
CREATE INDEX `messages_proposals` ON `messages` (`kind`,proposal ->> 'state',`shadowed`) WHERE proposal IS NOT NULL;