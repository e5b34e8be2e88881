ALTER TABLE `messages` ADD `everyone` text;--> statement-breakpoint
CREATE INDEX `messages_mentioning` ON `messages` (`thread_id`,`seq`) WHERE mentions IS NOT NULL OR everyone IS NOT NULL;