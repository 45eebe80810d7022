/** The door of fuzz/: what to try. */

export {
  campaign,
  type CampaignHooks,
  type CampaignOptions,
  type Found,
  type Progress,
} from "./campaign.ts";
export { reachable, type Reached } from "./reached.ts";
